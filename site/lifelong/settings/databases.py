"""Two databases, one code path: the only module of the settings that knows what differs. And the cache.

SQLite is the embedded default (one machine, nothing to install); PostgreSQL 15+ is production.
"""

import environ

#: WAL lets readers go on while one writer writes; NORMAL is safe with WAL;
#: 8 MB of page cache a connection and memory for sorting suit a 2-core machine.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8000; "
    "PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
)
#: Solid-state disks and memory: at the default of 4 for spinning ones, a search of many words is planned as a walk through
#: all entries (20,000 of them: 47 ms and not 1). Compiling a plan costs more than any question of ours.
POSTGRESQL_OPTIONS = "-c random_page_cost=1.1 -c jit=off"


def database(url):
    """Return Django's DATABASES entry for ``url`` (``sqlite:///…`` or ``postgres://…``); ValueError for any other.

    SQLite takes its write lock when a transaction begins (IMMEDIATE), so that two
    writers wait for each other instead of failing half way. PostgreSQL goes through
    psycopg 3 and Django's own pool, sized for one process of a small server.
    """
    if not url.startswith(("sqlite:", "postgres:", "postgresql:")):
        raise ValueError("neither SQLite nor PostgreSQL")
    config = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        config["CONN_MAX_AGE"] = 600  # opening the file and its pragmas is a tenth of a page made anew
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,  # seconds to wait for the other writer
            "init_command": SQLITE_PRAGMAS,
        }
    else:
        config["CONN_MAX_AGE"] = 0  # the pool keeps connections, not the request
        config["CONN_HEALTH_CHECKS"] = True  # one that died with a restarted server is replaced, not handed out
        config["OPTIONS"] = {
            "options": POSTGRESQL_OPTIONS,
            **config.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
        }
    return config


def cache(url):
    """Return Django's CACHES entry for ``url``: ``redis://…`` shared by all processes, ``filecache://…`` on one machine.

    A cache inside one process (``locmem://``) is refused: the other processes would not see a
    changed session or a cleared page.
    """
    config = environ.Env.cache_url_config(url)
    if "locmem" in config["BACKEND"]:
        raise ValueError("a cache inside one process")
    return config

"""One process per visitor, all let go at once. Run as a script: jobs as JSON on stdin, answers as JSON on stdout.

Knows nothing of Django: it forks light processes, each of which opens its connection, waits
at the barrier and then asks. A job is ``{"path", "cookie", "body"}``; an answer
``{"job", "status", "location", "ms"}``, status 0 where the server went away.
"""

import http.client
import json
import os
import sys
import time

TIMEOUT = 60


def ask(number, job, host, port, barrier):
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    answer = {"job": number, "status": 0, "location": "", "ms": 0}
    try:
        connection.connect()
        os.read(barrier, 1)  # returns when the parent closes the other end
        started = time.perf_counter()
        headers = {"Cookie": job["cookie"], "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST" if job.get("body") else "GET", job["path"], job.get("body"), headers)
        response = connection.getresponse()
        response.read()
        answer["status"], answer["location"] = response.status, response.headers.get("Location", "")
        answer["ms"] = (time.perf_counter() - started) * 1000
    except (OSError, http.client.HTTPException):
        pass
    return answer


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    jobs = json.load(sys.stdin)
    barrier, release = os.pipe()
    heard, say = os.pipe()
    for number, job in enumerate(jobs):
        if os.fork() == 0:
            os.close(release)
            os.write(say, json.dumps(ask(number, job, host, port, barrier)).encode() + b"\n")
            os._exit(0)
    os.close(say)
    time.sleep(0.3)  # everybody has connected by now; who has not is only late
    os.close(release)
    with os.fdopen(heard) as answers:
        for line in answers:
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()

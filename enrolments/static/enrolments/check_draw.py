# ruff: noqa: E401, E731, I001, SIM115, T201
# fmt: off
"""抽签验算：python3 check_draw.py 数据文件或网址。只用标准库；一致时结束码 0，不一致 1。"""
import hashlib, hmac, json, sys, urllib.request
data = json.loads((urllib.request.urlopen if "://" in sys.argv[1] else lambda path: open(path, "rb"))(sys.argv[1]).read())
if not data["drawn_at"]:
    sys.exit("还没有抽签，现在还不能验算")
seed, text = bytes.fromhex(data["seed"]), "".join(line + "\n" for line in data["entries"])
key = hashlib.sha256(seed + data["public_value"].encode()).digest()
sign = lambda party: hmac.new(key, f"{data['class']}|{party}".encode(), "sha256").hexdigest()
order = sorted((sign(party), receipt, flags) for receipt, party, flags in map(str.split, data["entries"]))
left, seated = {row["receipt"] for row in data["results"] if row["result"] == "left"}, {}
for kind, seats in [(share["kind"], share["seats"]) for share in data["shares"]] + [("", data["places"])]:
    able = [receipt for _, receipt, flags in order if kind in flags and receipt not in left and receipt not in seated]
    seated.update(dict.fromkeys(able[: min(seats, data["places"] - len(seated))], kind))
mine = [[n, r, k, "left" if r in left else "seated" if r in seated else "waiting", seated.get(r, "")] for n, (k, r, _) in enumerate(order, 1)]
said = [[row[name] for name in ("rank", "receipt", "key", "result", "share")] for row in data["results"]]
wrong = [word for word, mine, said in (("种子", hashlib.sha256(seed).hexdigest(), data["seed_hash"]), ("名单", hashlib.sha256(text.encode()).hexdigest(), data["entries_hash"]), ("顺序", [row[:3] for row in mine], [row[:3] for row in said]), ("结果", mine, said)) if mine != said]
print("不一致：" + "、".join(wrong) if wrong else f"一致：{len(mine)} 个回执号，{len(seated)} 个抽中")
sys.exit(bool(wrong))

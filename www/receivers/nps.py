# nps.py: keeps answers in a table; per id the highest rev counts, and fields that it doesn't name stay. For any WSGI server.
import json, os, re, sqlite3
from wsgiref.simple_server import make_server

db = sqlite3.connect("answers.sqlite", isolation_level=None)  # or your shop's database
db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, rev INT, score INT, body TEXT)")

def nps(environ, start_response):
    def reply(status, value):
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(value).encode()]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > 16384:
        return reply("413 Content Too Large", {})
    try:
        body = environ["wsgi.input"].read(length).decode()
        answer = json.loads(body)
        id, rev, score = answer["id"], answer["rev"], answer["score"]
        if not re.fullmatch("[0-9a-f-]{36}", id) or type(rev) is not int or rev < 1 \
                or type(score) is not int or score not in range(11):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        return reply("422 Unprocessable Content", {})
    db.execute("INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
               " rev = excluded.rev, score = excluded.score, body = json_patch(answers.body, excluded.body)"
               " WHERE excluded.rev > answers.rev", (id, rev, score, body))
    return reply("200 OK", {"id": id, "rev": rev})  # it is committed: sqlite3 raises otherwise

if __name__ == "__main__":
    make_server("127.0.0.1", int(os.environ.get("PORT", 8081)), nps).serve_forever()

<?php // nps.php: keeps answers in a table; per id the highest rev counts, and fields that it doesn't name stay
$db = new PDO('sqlite:' . __DIR__ . '/answers.sqlite'); // or your shop's database
$db->exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL');
$db->exec('CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, rev INT, score INT, body TEXT)');

function reply(int $status, array $value): never {
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode($value));
}

$body = file_get_contents('php://input', false, null, 0, 16385);
if (strlen($body) > 16384) reply(413, []);
$answer = json_decode($body, true);
[$id, $rev, $score] = [$answer['id'] ?? '', $answer['rev'] ?? 0, $answer['score'] ?? null];
if (!is_string($id) || !preg_match('/^[\da-f-]{36}$/D', $id) || !is_int($rev) || $rev < 1
    || !in_array($score, range(0, 10), true)) reply(422, []);
$db->prepare('INSERT INTO answers VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    rev = excluded.rev, score = excluded.score, body = json_patch(answers.body, excluded.body) WHERE excluded.rev > answers.rev')
    ->execute([$id, $rev, $score, $body]);
reply(200, ['id' => $id, 'rev' => $rev]); // the row is committed: PDO throws otherwise, and PHP replies 500

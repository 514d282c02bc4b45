# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""Random requests, and our signatures of them beside somebody else's (test/support/sign_requests.cpp)."""
import argparse
import datetime
import json
import os
import random
import shutil
import subprocess
from urllib.parse import parse_qsl, quote, urlsplit

import lambda_emulator

PROGRAM = os.environ.get("DAYPACK_SIGN_REQUESTS")
LETTERS = "abcXYZ019-_.~ +%/:$&=?#@!*'(),;\u00e9\u00df\u4e2d\U0001f40d\"<>[]{}|\\^`\t"


def text(chance, longest, letters=LETTERS):
    return "".join(chance.choice(letters) for _ in range(chance.randrange(longest + 1)))


def moment(chance):
    return (datetime.datetime(1999, 12, 31) + datetime.timedelta(seconds=chance.randrange(10**9 * 2))).strftime("%Y%m%dT%H%M%SZ")


def clock(made):
    return datetime.datetime.strptime(made["time"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)


def query(chance, plain, letters=LETTERS):
    """With `plain` no name stands there twice; the letters are those of names."""
    pairs, names = [], set()
    for _ in range(chance.choice([0, 0, 1, 2, 5])):
        name = quote(text(chance, 5, letters) or "q", safe="-_.~")
        if plain and name in names:
            continue
        names.add(name)
        pairs.append(name if chance.random() < 0.2 else name + "=" + quote(text(chance, 8), safe="-_.~"))
    return "?" + "&".join(pairs) if pairs else ""


def value(chance):
    return "".join(chance.choice("abc XYZ  09=/,;*\"\t") for _ in range(chance.randrange(20)))


def parts(url):
    """What has to be the same of a presigned URL: others write some characters of the query in another way."""
    split = urlsplit(url)
    return split.path, sorted(parse_qsl(split.query, keep_blank_values=True))


def compare(about, package, request, by_them):
    """The exit status: 0 when both sign alike whatever `request` makes up."""
    options = argparse.ArgumentParser(description=about)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=5000)
    asked = options.parse_args()
    if not PROGRAM or not shutil.which(lambda_emulator.UV):
        print("skipped: it takes the program and uv")
        return 77
    package()
    chance = random.Random(asked.seed)
    requests = [request(chance) for _ in range(asked.count)]
    told = "".join(json.dumps(made) + "\n" for made in requests)
    ours = subprocess.run([PROGRAM], input=told, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(ours) == len(requests), f"{len(ours)} answers"
    wrong = 0
    for made, mine in zip(requests, ours):
        theirs = by_them(made)
        if (parts(mine) != parts(theirs)) if "life" in made else mine != theirs:
            wrong += 1
            print(f"{json.dumps(made)}\n  daypack: {mine}\n  they:    {theirs}")
            if wrong == 10:
                break
    print(f"seed {asked.seed}: {len(requests)} requests, {wrong} signed otherwise")
    return 1 if wrong else 0

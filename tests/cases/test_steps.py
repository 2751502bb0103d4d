"""Pipelines of the collected cases, and others like them: each runs, or ends with a reason that says what to
do."""

import asyncio
import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def case(name: str, *changes: tuple[str, str]) -> str:
    """The text of a case, with some of it changed."""
    text = (HERE / f"{name}.yaml").read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


async def ended(platform, yaml: str) -> dict[str, dict]:
    """{name: step} of a run that has ended, whose state is under the name of nothing."""
    run = await platform.run(yaml, cache=False)
    return {"": run} | {step["name"]: step for step in run["steps"]}


SEGMENT = "segment = shared_memory.SharedMemory(create=True, size=64 << 20)"
GRANDCHILDREN = (
    "sum(data[::4096]); time.sleep(3); os._exit(0)",
    "os.fork(); sum(data[::4096]); time.sleep(3); os._exit(0)",
)
MAPPED = (
    'import mmap; whole = mmap.mmap(-1, 64 << 20); segment = type("Segment", (), {"buf": whole, '
    '"close": whole.close, "unlink": lambda _: None})()'
)
IN_A_FILE = MAPPED.replace(
    "mmap.mmap(-1, 64 << 20)",
    'open("data", "wb").truncate(64 << 20) and mmap.mmap(os.open("data", os.O_RDWR), 64 << 20)',
)


@pytest.mark.parametrize(
    "yaml",
    [
        case("07-fork-shares-memory"),
        case(
            "07-fork-shares-memory",
            ("range(4)", "range(12)"),
            ("100 << 20", "60 << 20"),
            ("memory: 300Mi", "memory: 256Mi"),
        ),
        case("07-fork-shares-memory", GRANDCHILDREN, ("range(4)", "range(3)")),
        case("09-shared-segment"),
        case("09-shared-segment", (SEGMENT, MAPPED), ("segment.close(); segment.unlink()", "pass")),
        case("09-shared-segment", (SEGMENT, IN_A_FILE), ("segment.close(); segment.unlink()", "pass")),
    ],
    ids=["07 fork", "07 many", "07 grandchildren", "09 segment", "09 anonymous", "09 file"],
)
async def test_07_09_what_processes_share_is_counted_once(platform, yaml):
    found = await ended(platform, yaml)
    assert found[""]["state"] == "SUCCEEDED", found


@pytest.mark.parametrize("name", ["check-in", "sign-in", "opt-in", "built-in", "in-house", "and-or-not"])
async def test_10_a_step_may_be_named_like_an_operator(platform, name):
    found = await ended(platform, case("10-when-step-named-check-in", ("check-in", name)))
    assert found["go"]["state"] == "SUCCEEDED", found["go"]


@pytest.mark.parametrize(
    "text", ["salt and pepper", "this or that", "neither in nor out", "it is not == or !="]
)
async def test_12_words_in_quotes_are_text(platform, text):
    found = await ended(platform, case("12-when-text-with-and", ("salt and pepper", text)))
    assert found["a"]["state"] == "SUCCEEDED", found["a"]


@pytest.mark.parametrize(
    ("items", "member"),
    [
        ("[{lr: 0.1}, {rate: 2}, 5]", "item.lr"),
        ("[{lr: 0.1}, null]", "item.lr"),
        ("[{a: {b: 1}}, {a: {}}, {a: []}]", "item.a.b"),
        ("[text, [1]]", "item.lr"),
    ],
)
async def test_13_an_item_without_a_member_ends_with_a_reason(platform, items, member):
    found = await ended(
        platform, case("13-item-without-member", ("[{lr: 0.1}, {rate: 2}, 5]", items), ("item.lr", member))
    )
    told = json.dumps(found["fit"])
    assert (
        found[""]["state"] == "FAILED" and f"the item has no member '{member.removeprefix('item.')}'" in told
    ), told


GIVES = """name: gives
steps:
  - {{name: make, template: python, cache: false, outputs: [xs], args: {{script: {make}}}}}
  - {{name: each, template: shell, cache: false, for_each: "{{{{ steps.make.outputs.xs }}}}", args: {{script: "true"}}}}
"""  # noqa: E501


def gives(text: str) -> str:
    """A step that leaves a text as its outputs.json, and one that is repeated for each of its `xs`."""
    write = f"import os; open(os.environ['CUBE_OUTPUT_DIR'] + '/outputs.json', 'w').write({text!r})"
    return GIVES.format(make=json.dumps(write))


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ('{"xs": {"a": 1}}', "for_each needs a list, and got an object"),
        ('{"xs": "[1]"}', "for_each needs a list, and got text"),
        ('{"xs": null}', "for_each needs a list, and got null"),
        ('{"xs": 1.5}', "for_each needs a list, and got a number"),
        ('{"xs": false}', "for_each needs a list, and got true or false"),
        (
            '{"xs": [1], "xs": [2]}',
            "outputs.json: the key 'xs' stands twice in one object; remove one of the two",
        ),
        ('{"xs": [{"\\u00e9": 1, "é": 2}]}', "stands twice in one object"),
    ],
)
async def test_what_is_no_list_of_items_is_named_in_plain_words(platform, outputs, words):
    run = await platform.run(gives(outputs), cache=False)
    assert run["state"] == "FAILED" and words in json.dumps(run["steps"], ensure_ascii=False), run


async def test_an_item_that_no_process_can_be_given_fails_alone(platform):
    run = await platform.run(
        gives(json.dumps({"xs": ["a\0b", "y" * 140_000, "z" * 90_000, {"k": "é" * 60_000}]})), cache=False
    )
    query = "query($r: ID!) { run(id: $r) { steps { name items { state explanation } } } }"
    fan = (await platform.ask(query, r=run["id"]))["run"]["steps"][1]["items"]
    large = ("FAILED", "the item has more than 100000 bytes; pass it in a file")
    found = [(each["state"], each["explanation"]) for each in fan]
    assert found == [
        ("FAILED", "the item has a NUL character; pass it in a file"),
        large,
        ("SUCCEEDED", None),
        large,
    ]


EVAL = (
    "json.dump({'accuracy': 0.97, 'f1': 0.9}, open(os.environ['CUBE_OUTPUT_DIR'] + '/metrics.json', "
    "'w'), indent=2)"
)


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (EVAL, '"accuracy": 0.97'),
        (
            "open(os.environ['CUBE_OUTPUT_DIR'] + '/metrics.json', 'w').write('no JSON at all')",
            "no JSON at all",
        ),
        (
            EVAL.replace(
                "{'accuracy': 0.97, 'f1': 0.9}", "[{'step': 1, 'loss': 1}, {'step': 2, 'loss': 0.5}]"
            ),
            '"loss": 0.5',
        ),
        (f"{EVAL}; json.dump({{}}, open(os.environ['CUBE_OUTPUT_DIR'] + '/outputs.json', 'w'))", '"f1": 0.9'),
    ],
)
async def test_20_metrics_json_is_a_file_like_others(platform, write, text):
    found = await ended(platform, case("20-metrics-json-in-outputs", (EVAL, write)))
    assert found[""]["state"] == "SUCCEEDED", found
    assert [each["path"] for each in found["eval"]["artifacts"]] == ["metrics.json"]
    assert text in await platform.log(found["after"]["pod"]["id"])


@pytest.mark.parametrize(
    ("text", "kept", "words"),
    [
        ('{"a": 1e400, "b": 2}', {"b": [2]}, "a: 1e400 was left out"),
        (
            '[{"a": 1,\n "b": -1e999},\r\n {"a": NaN}, "], {", [{"c": 1}], {"b": 18446744073709551617}]',
            {"a": [1, "NaN"]},
            "b: -1e999 was left out",
        ),
        ('\ufeff[\n {"a": "},{", "b": 5}\n]\n', {"b": [5]}, ""),
        ("[ ]", {}, ""),
    ],
)
async def test_20_numbers_in_a_whole_document_are_kept_exactly_or_named(platform, text, kept, words):
    write = f"open(os.environ['CUBE_OUTPUT_DIR'] + '/metrics.json', 'w', newline='').write({text!r})"
    run = await platform.run(
        case("20-metrics-json-in-outputs", (json.dumps(EVAL)[1:-1], json.dumps(write)[1:-1])), cache=False
    )
    assert run["state"] == "SUCCEEDED", run
    query = "query($r: ID!) { run(id: $r) { metrics { name points } steps { name warnings } } }"
    seen = (await platform.ask(query, r=run["id"]))["run"]
    assert {each["name"]: [point[1] for point in each["points"]] for each in seen["metrics"]} == kept
    assert words in " ".join(next(each["warnings"] for each in seen["steps"] if each["name"] == "eval"))


LINK = "ln -s checkpoint-100.bin latest"


@pytest.mark.parametrize(
    ("left", "kept", "omitted"),
    [
        (LINK, {"checkpoint-100.bin", "latest"}, 0),
        ("ln -s nowhere latest", {"checkpoint-100.bin"}, 1),
        ("mkfifo latest", {"checkpoint-100.bin"}, 1),
        ("echo x > $'a\\tb'", {"checkpoint-100.bin"}, 1),
        ("echo x > 'a\\b'", {"checkpoint-100.bin", "a\\b"}, 0),
        ("echo x > closed; chmod 0 closed; ln -s closed latest", {"checkpoint-100.bin"}, 2),
    ],
)
async def test_22_nothing_that_is_odd_costs_the_other_files(platform, left, kept, omitted):
    script = f"cd $CUBE_OUTPUT_DIR; echo hours of training > checkpoint-100.bin; {left}"
    text = (
        case("22-a-link-loses-everything").split("    args:")[0]
        + f"    args: {{script: {json.dumps(f'bash -c {shell(script)}')}}}\n"
    )
    run = await platform.run(text, cache=False)
    query = "query($r: ID!) { run(id: $r) { steps { attempt omittedFiles } } }"
    [more] = (await platform.ask(query, r=run["id"]))["run"]["steps"]
    assert run["state"] == "SUCCEEDED" and more["attempt"] == 1, run
    assert {each["path"] for each in run["steps"][0]["artifacts"]} == kept and len(
        more["omittedFiles"]
    ) == omitted, (run, more)


def shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@pytest.mark.parametrize(
    ("number", "value"), [("1e-5", 1e-5), ("1e5", 1e5), ("-2.5E-3", -2.5e-3), ("1e+2", 100.0)]
)
async def test_24_a_number_with_an_exponent_is_a_number(platform, number, value):
    found = await ended(
        platform,
        case("24-yaml-1e-5", ("default: 1e-5", f"default: {number}"), ("'rate': 1e-5", f"'rate': {value!r}")),
    )
    assert found[""]["state"] == "SUCCEEDED", found


SAVE = (
    'mutation($y: String!) { savePipeline(input: {project: "p", yaml: $y}) { __typename '
    "... on Problem { message } } }"
)


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        (case("26-yaml-key-twice"), 7),
        ("name: a\nname: b\nsteps: []\n", 2),
        ("name: a\nsteps:\n  - {name: s, template: shell, args: {script: a, script: b}}\n", 3),
        ('{"name": "a", "steps": [],\n "steps": []}', 2),
    ],
)
async def test_26_a_key_that_stands_twice_is_refused_with_its_line(platform, yaml, line):
    told = (await platform.ask(SAVE, y=yaml))["savePipeline"]
    assert (
        told["__typename"] == "Problem"
        and f"Line {line}, " in told["message"]
        and "already stands" in told["message"]
    ), told


SPARSE = "truncate -s 50G $CUBE_OUTPUT_DIR/sparse.bin"
MANY = "mkdir $CUBE_OUTPUT_DIR/d; for n in 1 2 3 4 5 6; do truncate -s 9G $CUBE_OUTPUT_DIR/d/$n; done"
SEEN = (
    'subscription { runChanged(id: "%s") { run { state steps { name state reason explanation pod { id } '
    "} } } }"
)


@pytest.mark.parametrize(
    ("script", "fans"),
    [(SPARSE, False), (MANY, False), (f"{SPARSE}; exit 3", False), (SPARSE, True)],
    ids=["the case", "several files", "of a step that failed", "of an item"],
)
async def test_32_a_cancel_ends_the_storing_of_files(platform, script, fans):
    """It says that files are being stored, and how far it is; what was stored of them goes."""
    text = case("32-cancel-while-files-are-collected", (SPARSE, script))
    text = text.replace("    cache: false\n", "    cache: false\n    for_each: [1]\n") if fans else text
    run = await platform.start(await platform.save(text), cache=False)
    states, asked = [], False
    async with asyncio.timeout(60):
        async for data in platform.listen(SEEN % run):
            now = data["runChanged"]["run"]
            states.append((now["state"], now["steps"][0]["state"], now["steps"][0]["explanation"]))
            if not asked and await storing(platform, run, now):
                asked = True
                loop = asyncio.get_running_loop()
                began = loop.time()
                await platform.ask(f'mutation {{ cancelRun(id: "{run}") {{ __typename }} }}')
    assert asked and states[-1][:2] == ("CANCELLED", "CANCELLED"), states
    assert loop.time() - began < 10


async def storing(platform, run: str, now: dict) -> bool:
    """Whether the step, or its item, says that its files are being stored."""
    query = "query($r: ID!) { run(id: $r) { steps { state explanation items { state explanation } } } }"
    [step] = (await platform.ask(query, r=run))["run"]["steps"]
    found = [
        each["state"]
        for each in (step, *step["items"])
        if "its files are being stored: " in (each["explanation"] or "")
    ]
    assert set(found) <= {"RUNNING"}, found
    return bool(found)

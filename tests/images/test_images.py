"""Images: what a definition comes to, environments built by uv, images built by a real buildah, registries,
and who may what."""

import asyncio
import json
import shutil

import httpx2
import pytest

from cubestudio.core.cluster.kubernetes import task as kubernetes
from cubestudio.core.errors import Invalid
from cubestudio.images import actions, api, source, spec
from cubestudio.images.api import failed_step
from tests.notifications.conftest import arrived
from tests.parts import image_source, images, needs

SAVE = """mutation($p: String! = "p", $n: String!, $d: ImageSourceInput!, $a: Boolean! = false, $r: String) { saveImage(input: {project: $p, name: $n, source: $d, rebuild: $a, registry: $r}) {
    ... on SavedImage { created image { id } build { id number state } } ... on Problem { code message hint faults { path message } } } }"""  # noqa: E501
BUILD = """id number state reason explanation digest size reference packages { kind name version } files { path size } dockerfile sizeChange packageChanges { kind name before after }
    failedStep { step output } pod { id state }"""  # noqa: E501


async def save(platform, name, definition, viewer=None, **more):
    return (await platform.ask(SAVE, viewer, n=name, d=image_source(definition), **more))["saveImage"]


async def built(platform, name, definition, seconds=300, **more):
    made = await save(platform, name, definition, **more)
    assert "build" in made, made
    query = (
        f'subscription {{ imageChanged(id: "{made["image"]["id"]}") {{ image {{ builds {{ {BUILD} }} }} }} }}'
    )
    async with asyncio.timeout(seconds):
        async for data in platform.listen(query):
            build = next(
                each for each in data["imageChanged"]["image"]["builds"] if each["id"] == made["build"]["id"]
            )
            if build["state"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return build | {"image": made["image"]["id"]}
    raise AssertionError


def test_a_definition_comes_to_one_dockerfile():
    definition = spec.Definition.model_validate(
        {
            "base": "team/base:1",
            "apt": ["git", "curl"],
            "pip": ["pandas>=2", "numpy"],
            "conda": ["cuda-toolkit=12.8"],
            "env": {"B": "two words", "A": "1"},
            "files": {"/etc/motd": "hi"},
            "commands": ["echo 'a' > /a\necho b > /b"],
        }
    )
    assert spec.dockerfile(definition, "mirror.example:5000/hub") == (
        "FROM mirror.example:5000/hub/team/base:1\n"
        'ENV A="1"\nENV B="two words"\n'
        "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "
        "--no-install-recommends curl git && rm -rf /var/lib/apt/lists/*\n"
        "RUN conda install -y cuda-toolkit=12.8 && conda clean -afy\n"
        "RUN python3 -m pip install --no-cache-dir numpy 'pandas>=2'\n"
        'COPY ["files/etc/motd", "/etc/motd"]\n'
        'RUN ["sh", "-ec", "echo \'a\' > /a\\necho b > /b"]\n'
    )
    turned = definition.model_copy(update={"apt": ("curl", "git"), "pip": ("numpy", "pandas>=2")})
    assert spec.dockerfile(turned) == spec.dockerfile(definition), (
        "the order in which things are said changes nothing"
    )
    assert (
        spec.placed("a.example/x:1", "mirror") == "a.example/x:1"
        and spec.placed("python:3", "mirror") == "mirror/python:3"
    )


@pytest.mark.parametrize("told", [{"dockerfile": "FROM x", "pip": ["a"]}, {"pip": ["a"], "nonsense": 1}])
def test_a_definition_has_one_source_and_no_unknown_fields(told):
    with pytest.raises(Invalid):
        actions.defined(told)


def test_the_graph_has_the_fields_of_the_spec():
    """What was read can be sent back: input and output have the same fields, and the spec has no others."""
    names = {
        kind: {field.python_name for field in kind.__strawberry_definition__.fields}
        for kind in (
            *(api.ImagePackages, api.ImagePackagesInput, api.ImageRepository, api.ImageRepositoryInput),
            *(api.BuildResources, api.BuildResourcesInput, api.ImageSource, api.ImageSourceInput),
        )
    }
    assert names[api.ImagePackages] == names[api.ImagePackagesInput] - {"environment_yml"}
    assert names[api.ImageRepository] == names[api.ImageRepositoryInput]
    assert names[api.BuildResources] == names[api.BuildResourcesInput]
    assert names[api.ImageSource] == names[api.ImageSourceInput] == {*source.GROUPS, "dockerfile"}
    members = names[api.ImagePackages] | names[api.ImageRepository] | names[api.BuildResources]
    assert members | {"dockerfile"} == set(spec.Definition.model_fields)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"packages": {"env": [{"name": "A", "value": "x"}, {"name": "A", "value": "y"}]}}, "env[1].name"),
        ({"packages": {"files": [{"path": "/a", "content": "x"}] * 2}}, "files[1].path"),
    ],
)
def test_a_name_that_is_listed_twice_is_refused(given, field):
    with pytest.raises(Invalid) as refused:
        source.flattened(given)
    assert refused.value.field == f"source.packages.{field}"


def test_a_source_survives_the_way_there_and_back():
    packages = {
        "pip": ["six"],
        "env": [{"name": "A", "value": "b"}],
        "files": [{"path": "/a", "content": "c"}],
    }
    made = actions.defined(source.flattened({"packages": packages}, {"timeout_seconds": 120}))
    back = source.grouped(made.model_dump(mode="json"))
    assert packages.items() <= back["source"]["packages"].items() and back["source"]["git"] is None
    assert back["resources"]["timeout_seconds"] == 120
    assert actions.defined(source.flattened(back["source"], back["resources"])) == made


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({}, None),
        ({"pip": ["-r evil.txt"]}, "source.packages.pip"),
        ({"apt": ["git; rm -rf /"]}, "source.packages.apt"),
        ({"conda": ["$(x)"]}, "source.packages.conda"),
        ({"base": "x y"}, "source.packages.base"),
        ({"repo": "file:///etc"}, "source.git.repo"),
        ({"files": {"../x": ""}}, "source.packages.files"),
        ({"env": {"a-b": ""}}, "source.packages.env"),
    ],
)
async def test_what_cannot_be_made_is_refused(platform, definition, field):
    refused = await save(platform, "x", definition)
    assert refused["code"] == "INVALID" and (
        field is None or ".".join(refused["faults"][0]["path"]).startswith(field)
    ), refused
    told = await platform.ask(
        "query($d: ImageSourceInput!) { checkImage(input: {source: $d}) { dockerfile faults { message } } }",
        d=image_source(definition),
    )
    assert told["checkImage"]["faults"] and told["checkImage"]["dockerfile"] is None


async def test_packages_alone_are_an_environment_and_versions_are_compared(platform):
    one = await built(platform, "data", {"pip": ["six==1.16.0"]})
    assert (
        one["state"] == "SUCCEEDED"
        and one["digest"].startswith("env:")
        and {"kind": "PYTHON", "name": "six", "version": "1.16.0"} in one["packages"]
    ), one
    same = await save(platform, "data", {"pip": ["six==1.16.0"]})
    assert not same["created"] and same["build"]["id"] == one["id"], "the same is not built twice"
    two = await built(platform, "data", {"pip": ["six==1.17.0", "toolz==1.0.0"]})
    assert two["number"] == 2
    assert two["packageChanges"] == [
        {"kind": "PYTHON", "name": "six", "before": "1.16.0", "after": "1.17.0"},
        {"kind": "PYTHON", "name": "toolz", "before": None, "after": "1.0.0"},
    ]
    assert two["sizeChange"] > 0
    bad = await built(platform, "data", {"pip": ["six==999"]})
    assert bad["state"] == "FAILED" and "six" in bad["explanation"]
    (told,) = await arrived(platform, 1)
    assert told["message"] == "Build of version 3 of image data failed" and told["detail"]
    step = {
        "name": "a",
        "template": "shell",
        "args": {"script": "python3 -c 'import six; print(six.__version__)'"},
    }

    def using(version: int) -> str:
        return json.dumps(
            {"name": "uses", "steps": [{**step, "environment": {"image": f"localhost/data:v{version}"}}]}
        )

    for version, packages in ((1, "1.16.0"), (2, "1.17.0")):
        run = await platform.finish(await platform.start(await platform.save(using(version))), 120)
        assert (
            run["state"] == "SUCCEEDED"
            and await platform.log(run["steps"][0]["pod"]["id"]) == f"{packages}\n"
        )
    start = (
        "mutation($p: ID!) { startRun(pipeline: $p) { __typename ... on Problem { faults { message } } } }"
    )
    refused = (await platform.ask(start, p=await platform.save(using(3))))["startRun"]
    assert (
        refused["faults"][0]["message"]
        == "step a: the project has no image localhost/data:v3 that was built on this machine"
    )
    used = "mutation($i: ID!) { deleteImage(id: $i) { __typename ... on Problem { message } } }"
    assert "used by pipeline uses" in (await platform.ask(used, i=one["image"]))["deleteImage"]["message"]


@pytest.fixture
def busybox():
    """Lines that put a static program into an image made from nothing, because no base can be fetched
    here."""
    needs("buildah")
    needs("busybox")
    return shutil.which("busybox")


async def image_of(platform, busybox, tmp_path, tail):
    """A repository with a Dockerfile, served as files are: the only way to a base from nothing."""
    folder = tmp_path / "source"
    folder.mkdir(exist_ok=True)
    shutil.copy(busybox, folder / "busybox")
    (folder / "Dockerfile").write_text(
        f'FROM scratch\nCOPY busybox /bin/busybox\nSHELL ["/bin/busybox", "sh", "-c"]\n{tail}\n'
    )
    return folder


async def test_a_real_image_by_buildah(platform, busybox, tmp_path, git_server):
    await image_of(
        platform,
        busybox,
        tmp_path,
        'RUN ["/bin/busybox", "sh", "-c", "/bin/busybox id -u > /who; echo made"]',
    )
    build = await built(platform, "real", {"repo": git_server(tmp_path / "source")})
    log = await platform.log(build["pod"]["id"])
    assert build["state"] == "SUCCEEDED", log
    assert build["digest"].startswith("sha256:") and "STEP 4/4" in log and "made" in log
    assert [each["path"] for each in build["files"]] == ["image.tar"] and build["size"] > 10_000
    await image_of(
        platform, busybox, tmp_path, 'RUN ["/bin/busybox", "sh", "-c", "echo well; echo so far; exit 3"]'
    )
    bad = await built(platform, "real", {"repo": git_server(tmp_path / "source")}, a=True)
    log = await platform.log(bad["pod"]["id"])
    seen = (await platform.ask(f'{{ build(id: "{bad["id"]}") {{ {BUILD} }} }}'))["build"]
    assert (
        bad["state"] == "FAILED"
        and "exit 3" in seen["failedStep"]["step"]
        and {"well", "so far"} <= set(seen["failedStep"]["output"])
    ), log
    own = json.dumps([log, seen])
    assert "auths" not in own


async def test_a_build_is_stopped(platform, busybox, tmp_path, git_server):
    await image_of(platform, busybox, tmp_path, 'RUN ["/bin/busybox", "sleep", "600"]')
    made = await save(platform, "long", {"repo": git_server(tmp_path / "source")})
    key = made["build"]["id"]
    async with asyncio.timeout(240):
        while True:
            seen = (await platform.ask(f'{{ build(id: "{key}") {{ state pod {{ id }} }} }}'))["build"]
            if seen["state"] == "RUNNING" and seen["pod"]:
                async for data in platform.listen(
                    "subscription($p: ID!) { logs(pod: $p) { text } }", p=seen["pod"]["id"]
                ):
                    if "STEP 4/4" in data["logs"]["text"]:
                        break
                break
            await asyncio.sleep(0.05)
    twice = await save(platform, "long", {"repo": git_server(tmp_path / "source")})
    assert twice["code"] == "CONFLICT" and "version 1" in twice["message"]
    await platform.ask(f'mutation {{ cancelBuild(id: "{key}") {{ __typename }} }}')
    async with asyncio.timeout(240):
        while (await platform.ask(f'{{ build(id: "{key}") {{ state }} }}'))["build"]["state"] != "CANCELLED":
            await asyncio.sleep(0.05)
    gone = await platform.ask(
        f'mutation {{ deleteImage(id: "{made["image"]["id"]}") {{ ... on Done {{ id }} ... on '
        f"Problem {{ message }} }} }}"
    )
    assert gone["deleteImage"]["id"] == made["image"]["id"]


async def test_registries_keep_their_password(platform):
    ask = """mutation($w: String) { saveRegistry(input: {project: "p", name: "hub", prefix: "127.0.0.1:9/team", username: "u", password: $w, insecure: true}) {
        ... on Registry { id prefix username } ... on Problem { message path } } }"""  # noqa: E501
    made = (await platform.ask(ask, w="secret"))["saveRegistry"]
    assert made["prefix"] == "127.0.0.1:9/team"
    again = (await platform.ask(ask, w=None))["saveRegistry"]
    assert again["id"] == made["id"]
    told = await platform.ask('{ project(key: "p") { registries { id name prefix } } }')
    assert "secret" not in json.dumps(told)
    answer = await platform.ask(f'{{ registryCheck(id: "{made["id"]}") {{ problem }} }}')
    assert answer["registryCheck"]["problem"] == "127.0.0.1:9 does not answer: ConnectError"
    bad = (
        'mutation { saveRegistry(input: {project: "p", name: "x", prefix: "http://a b/"}) { ... on Problem { '
        "path } } }"
    )
    assert (await platform.ask(bad))["saveRegistry"]["path"] == ["prefix"]
    await platform.ask(f'mutation {{ deleteRegistry(id: "{made["id"]}") {{ __typename }} }}')
    assert (await platform.ask('{ project(key: "p") { registries { id } } }'))["project"]["registries"] == []


@pytest.fixture
def registry(tmp_path):
    """A real registry on loopback: host:port."""
    with images(tmp_path) as place:
        yield place


async def test_an_image_is_pushed_and_kept_while_something_uses_it(
    platform, busybox, tmp_path, git_server, registry
):
    add = (
        f'mutation {{ saveRegistry(input: {{project: "p", name: "hub", prefix: "{registry}/team", '
        f"insecure: true}}) "
        f"{{ ... on Registry {{ id }} }} }}"
    )
    key = (await platform.ask(add))["saveRegistry"]["id"]
    assert (await platform.ask(f'{{ registryCheck(id: "{key}") {{ problem }} }}'))["registryCheck"][
        "problem"
    ] is None
    await image_of(platform, busybox, tmp_path, "ENV A=1")
    made = await save(platform, "pushed", {"repo": git_server(tmp_path / "source")}, r="hub")
    async with asyncio.timeout(240):
        while True:
            seen = (await platform.ask(f'{{ build(id: "{made["build"]["id"]}") {{ {BUILD} }} }}'))["build"]
            if seen["state"] in ("SUCCEEDED", "FAILED"):
                break
            await asyncio.sleep(0.1)
    assert (
        seen["state"] == "SUCCEEDED"
        and seen["reference"] == f"{registry}/team/pushed:v1"
        and seen["files"] == []
    ), await platform.log(seen["pod"]["id"])
    async with httpx2.AsyncClient() as http:
        manifest = await http.head(
            f"http://{registry}/v2/team/pushed/manifests/v1",
            headers={"accept": "application/vnd.docker.distribution.manifest.v2+json"},
        )
    assert manifest.headers["docker-content-digest"] == seen["digest"]
    based = {"dockerfile": f"FROM {seen['reference']}\nENV MORE=1\n"}
    upon = await built(platform, "upon", based)
    assert upon["state"] == "SUCCEEDED", await platform.log(upon["pod"]["id"])
    notebook = (
        f'mutation {{ createNotebook(input: {{project: "p", name: "user", start: false, spec: '
        f'{{environment: {{image: "{seen["reference"]}"}}}}}}) {{ ... on Notebook {{ id }} }} }}'
    )
    await platform.ask(notebook)
    delete = (
        f'mutation {{ deleteImage(id: "{made["image"]["id"]}") {{ ... on Done {{ id }} ... on Problem '
        f"{{ code message }} }} }}"
    )
    refused = (await platform.ask(delete))["deleteImage"]
    assert refused == {"code": "CONFLICT", "message": "The image is used by notebook user."}


def test_on_kubernetes_a_build_is_root_of_its_own_namespace_only():
    facts = spec.Facts(
        id="b1",
        project_id="p1",
        user_id="u1",
        push="hub.example/team/x:v1",
        auth='{"auths": {"hub.example": {"auth": "c2VjcmV0"}}}',
        prefix="",
        builder="builders/buildah:1",
    )
    made = spec.workload(spec.Definition(base="python:3", pip=("six",)), facts, local=False)
    pod, secret = kubernetes.pod(made, kubernetes.Site(image="python:3.11-slim"))
    assert pod["spec"]["hostUsers"] is False and pod["spec"]["containers"][0]["image"] == "builders/buildah:1"
    assert "c2VjcmV0" not in json.dumps(pod) and secret["kind"] == "Secret"
    volumes = json.dumps(pod["spec"]["volumes"])
    assert (
        "hostPath" not in volumes
        and "docker.sock" not in json.dumps(pod)
        and not pod["spec"]["containers"][0]["securityContext"].get("privileged")
    )


def test_the_last_words_of_a_build():
    found = failed_step(
        'STEP 1/2: FROM x\nSTEP 2/2: RUN x\nno\nError: building at STEP "RUN x": exit\ncubestudio: '
        "failed at STEP 2/2: RUN x\n"
    )
    assert found is not None and found.step == "STEP 2/2: RUN x" and found.output == ["no"]
    assert failed_step("cubestudio: nothing of the kind") is None and failed_step("") is None


async def test_the_catalogue_is_an_administrators_to_change(platform):
    """What they changed or took out stays so when the platform is started again, or comes in a new
    version."""
    shown = "{ imagePresets { name title source { packages { base apt pip } } builtin } }"
    before = {each["name"]: each for each in (await platform.ask(shown))["imagePresets"]}
    assert before["jupyter"]["builtin"] and before["jupyter"]["source"]["packages"]["apt"]
    put = """mutation($n: String!, $t: String!, $d: ImagePackagesInput!) { saveImagePreset(input: {name: $n, title: $t, source: {packages: $d}}) {
        ... on ImagePreset { name } ... on Problem { code message path faults { path message } } } }"""  # noqa: E501
    assert (
        await platform.ask(put, await platform.person("somebody"), n="ours", t="Ours", d={"pip": ["six"]})
    )["saveImagePreset"]["code"] == "FORBIDDEN"
    refused = (await platform.ask(put, n="ours", t="Ours", d={"pip": ["-r x"]}))["saveImagePreset"]
    assert refused["code"] == "INVALID" and refused["faults"][0]["path"][:3] == ["source", "packages", "pip"]
    await platform.ask(put, n="ours", t="Ours", d={"base": "team/base@sha256:" + "0" * 64, "pip": ["six"]})
    await platform.ask(put, n="jupyter", t="Lab", d={"pip": ["jupyterlab"]})
    for name in ("pytorch", "nothing"):
        told = (
            await platform.ask(
                f'mutation {{ deleteImagePreset(name: "{name}") {{ ... on Done {{ id }} ... on '
                f"Problem {{ code }} }} }}"
            )
        )["deleteImagePreset"]
        assert told == ({"id": "pytorch"} if name == "pytorch" else {"code": "NOT_FOUND"})
    async with platform.ctx.db.write() as tx:
        await actions.install(tx)
    after = {each["name"]: each for each in (await platform.ask(shown))["imagePresets"]}
    assert (
        after["ours"]["source"]["packages"]
        == {"base": "team/base@sha256:" + "0" * 64, "apt": [], "pip": ["six"]}
        and not after["ours"]["builtin"]
    )
    assert (
        after["jupyter"]["title"] == "Lab"
        and "pytorch" not in after
        and after["tensorflow"] == before["tensorflow"]
    )

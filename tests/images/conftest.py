"""A git repository on loopback."""

import subprocess

import pytest

from tests.parts import free_port, needs, wait_port


@pytest.fixture
def settings(settings):
    """Repositories and registries of these tests listen at loopback, at ports that nobody knows before."""
    return settings.model_copy(update={"local_network": "host"})


@pytest.fixture
def git_server(tmp_path):
    """(folder) → the address at which it can be cloned as it is now."""
    git = needs("git")
    served, port = tmp_path / "served", free_port()
    served.mkdir()
    daemon = subprocess.Popen(
        [
            git,
            "daemon",
            "--export-all",
            "--reuseaddr",
            "--listen=127.0.0.1",
            f"--port={port}",
            f"--base-path={served}",
            str(served),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_port(port, daemon)

    def serve(folder):
        def do(*words, at=folder):
            subprocess.run(
                [git, "-c", "user.name=t", "-c", "user.email=t@t", *words],
                cwd=at,
                check=True,
                capture_output=True,
            )

        if not (folder / ".git").exists():
            do("init", "-q", "-b", "main")
        do("add", "-A")
        do("commit", "-q", "--allow-empty", "-m", "as it is")
        bare = served / "repo.git"
        subprocess.run(["rm", "-rf", str(bare)], check=True)
        do("clone", "-q", "--bare", str(folder), str(bare), at=tmp_path)
        return f"git://127.0.0.1:{port}/repo.git"

    yield serve
    daemon.terminate()
    daemon.wait()

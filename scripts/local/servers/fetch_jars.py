"""Fetches the jars of a lock file into a folder: `python fetch_jars.py LOCK FOLDER`.

A jar that is there is whole: it gets its name only when its checksum was right. So what an earlier try fetched is not
fetched again. Says how far it is as pip does: `Downloading NAME (SIZE)`, then `Progress DONE of TOTAL` in bytes.

MAVEN_REPO_URL: a mirror instead of Maven Central.
"""

import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from maven_artifact import Artifact, Downloader

CONNECTIONS = 6
TRIES = 3
CHUNK_BYTES = 128 * 1024
# To connect, and between two chunks.
TIMEOUT_S = (10, 60)


class Progress:
    def __init__(self, total: int) -> None:
        self.done = 0
        self.total = total
        self.lock = Lock()

    def add(self, size: int) -> None:
        with self.lock:
            self.done += size
            print(f"Progress {self.done} of {self.total}", flush=True)


def fetch(jar: dict, folder: Path, downloader: Downloader, progress: Progress) -> None:
    artifact = Artifact.parse(jar["coordinates"])
    target = folder / f"{artifact.artifact_id}-{artifact.version}.jar"
    if target.exists():
        progress.add(jar["bytes"])
        return
    url = downloader.resolver.uri_for_artifact(artifact)
    for remaining in reversed(range(TRIES)):
        received = 0
        try:
            digest = hashlib.sha256()
            with downloader.requestor.request(url, None, stream=True, timeout=TIMEOUT_S) as response:
                with open(f"{target}.part", "wb") as part:
                    for chunk in response.iter_content(CHUNK_BYTES):
                        part.write(chunk)
                        digest.update(chunk)
                        received += len(chunk)
                        progress.add(len(chunk))
            if digest.hexdigest() != jar["sha256"]:
                raise ValueError(f"{url} is not what the lock file says: its SHA-256 is {digest.hexdigest()}")
            os.replace(f"{target}.part", target)
            return
        except Exception as error:
            progress.add(-received)
            if remaining == 0:
                raise SystemExit(f"{jar['coordinates']}: {error}") from error


def main(lock_file: str, folder: str) -> None:
    jars = json.loads(Path(lock_file).read_text())["jars"]
    base = os.environ.get("MAVEN_REPO_URL")
    downloader = Downloader(base) if base else Downloader()
    total = sum(jar["bytes"] for jar in jars)
    progress = Progress(total)
    print(f"Downloading Kafka ({total / 1e6:.1f} MB)", flush=True)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for job in [pool.submit(fetch, jar, Path(folder), downloader, progress) for jar in jars]:
            job.result()


if __name__ == "__main__":
    main(*sys.argv[1:])

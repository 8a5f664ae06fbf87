"""Spark of this machine, for the tests that need one: a session of its own, which needs Java."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.expected import absent

JAVA = 17
"""The oldest Java that Spark 4 runs on."""

QUICK_AND_QUIET = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
}


def missing() -> str | None:
    """Why Spark cannot run here, if so."""
    java = shutil.which("java")
    if java is None:
        return f"Spark needs Java {JAVA}, and there is no Java here"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < JAVA:
        return f"Spark needs Java {JAVA}, and here it is {said.splitlines()[0] if said else 'unknown'}"
    return None


@contextmanager
def started(folder: Path, warehouse: Path) -> Iterator[Any]:
    """A session in this folder; Java is gone when it ends."""
    if reason := missing():
        absent("java", reason)
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for key, value in {**QUICK_AND_QUIET, "spark.sql.warehouse.dir": str(warehouse)}.items():
        builder = builder.config(key, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        session = builder.getOrCreate()
    yield session
    gateway = SparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=30)
    SparkContext._gateway = SparkContext._jvm = None

"""What Spark's client of S3 knows of a bucket and the client of the locks cannot ask."""

from __future__ import annotations

from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession


def keeps_versions(spark: SparkSession, root: str) -> bool | None:
    """Whether the bucket of `root` keeps old versions of its objects, or did once; None where it does not say.

    It needs the permission s3:GetBucketVersioning. Off is the state of a bucket that never kept any.
    """
    any_spark: Any = spark
    path = any_spark._jvm.org.apache.hadoop.fs.Path(root)
    try:
        files = path.getFileSystem(any_spark._jsc.hadoopConfiguration())
        client = files.getAmazonS3ClientForTesting("versioning")
        return str(client.getBucketVersioningConfiguration(files.getBucket()).getStatus()) != "Off"
    except Py4JJavaError:
        return None

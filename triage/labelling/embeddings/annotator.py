"""Sentence embeddings in the JVM: Spark NLP over an ONNX model, as stages of a Spark ML pipeline.

Text → one dense vector of length 1: the mean of the last layer over the wordpieces (Reimers and Gurevych,
"Sentence-BERT", 2019), equal to what sentence-transformers gives for the same text.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any

from pyspark.ml import Transformer
from pyspark.ml.feature import SQLTransformer
from pyspark.sql import SparkSession
from sparknlp.annotator import E5Embeddings
from sparknlp.base import DocumentAssembler, EmbeddingsFinisher

from triage.errors import ModelError, TriageError
from triage.labelling.embeddings.bert_shape import INPUTS, OUTPUT
from triage.labelling.embeddings.minilm import MODEL, VOCABULARY, check_folder

PRETRAINED = "pretrained://"
"""`pretrained://NAME` or `pretrained://NAME/LANGUAGE` names a model of Spark NLP's hub instead of a folder."""

TOKENS = 128
"""Wordpieces that are looked at, with the two marks of begin and end."""

MOST_TOKENS = 512
"""Positions that BERT knows."""

CHARS_A_TOKEN = 16
"""Characters kept a wordpiece; mail has 3 to 5, so no wordpiece is lost and megabytes are not tokenized."""

_TEXT = r"""
SELECT *, regexp_replace(regexp_replace(regexp_replace(
    concat(' ', substring(coalesce(`{text}`, ''), 1, {chars})),
    '[\\p{{Cc}}\\p{{Cf}}\\p{{Co}}\\x{{FFFD}}&&[^\\t\\n\\r]]', ''),
    '[\\s\\p{{Z}}]+', ' '),
    '[\\p{{P}}&&[^\\x00-\\x7F]]', ' $0 ') AS `{output}_text`
FROM __THIS__
"""
"""What BERT's tokenizer does and Spark NLP's leaves out: controls go, all blanks part words, and so do quote marks and
dashes beyond ASCII. The blank in front keeps an empty text from being skipped: its vector is that of no words."""


def embedding_stages(source: str, *, text: str, output: str, tokens: int = TOKENS) -> list[Transformer]:
    """Stages from the string column `text` to the dense vector column `output`.

    `source` is a folder with model.onnx (inputs input_ids, attention_mask, token_type_ids; output last_hidden_state)
    and assets/vocab.txt, or `pretrained://NAME`, which needs Spark NLP's hub. `tokens` bounds the wordpieces
    (3 to 512). Null and empty text get the vector of no words. Helper columns `<output>_…` stay.
    Raises ModelError when the model is missing, changed, unreadable, or the hub does not answer.
    """
    if not 3 <= tokens <= MOST_TOKENS:
        raise ModelError(
            "The number of wordpieces is out of range.",
            where=f"{tokens}",
            remedy=f"Choose 3 to {MOST_TOKENS}.",
        )
    model = _pretrained(source) if source.startswith(PRETRAINED) else _of_folder(Path(source))
    document, vector = f"{output}_document", f"{output}_vectors"
    return [
        SQLTransformer(statement=_TEXT.format(text=text, output=output, chars=tokens * CHARS_A_TOKEN)),
        DocumentAssembler().setInputCol(f"{output}_text").setOutputCol(document),
        _settled(model, tokens).setInputCols([document]).setOutputCol(f"{output}_annotation"),
        EmbeddingsFinisher()
        .setInputCols([f"{output}_annotation"])
        .setOutputCols([vector])
        .setOutputAsVector(True)
        .setCleanAnnotations(True),
        SQLTransformer(statement=f"SELECT *, `{vector}`[0] AS `{output}` FROM __THIS__"),  # noqa: S608 - our own names
    ]


def _settled(model: E5Embeddings, tokens: int) -> E5Embeddings:
    """One text a call: Spark NLP 5.5.3 averages every text of a batch over the first one's length.

    It costs nothing: a text of 128 wordpieces fills a core, and none is padded.
    """
    return model.setBatchSize(1).setMaxSentenceLength(tokens).setCaseSensitive(False)


def _pretrained(source: str) -> E5Embeddings:
    name, _, language = source.removeprefix(PRETRAINED).partition("/")
    try:
        return E5Embeddings.pretrained(name, language or "en")
    except Exception as fault:  # noqa: BLE001 - the JVM's downloader raises what it likes
        raise ModelError(
            f"The model hub did not give the sentence embeddings ({type(fault).__name__}).",
            where=source,
            remedy="Check its name and the network, or name a folder instead.",
        ) from None


def _of_folder(folder: Path) -> E5Embeddings:
    check_folder(folder)
    spark = SparkSession.active()
    # Spark hands an added file to executors for as long as the session lives.
    work = Path(tempfile.mkdtemp(prefix="triage-embeddings-"))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    try:
        return _loaded(spark, folder, work)
    except TriageError:
        raise
    except Exception as fault:  # noqa: BLE001 - readers of Spark NLP raise what they like
        raise ModelError(
            f"Spark NLP cannot load the sentence embeddings ({type(fault).__name__}).",
            where=str(folder),
            remedy=f"It must be a BERT encoder in ONNX: {MODEL} and {VOCABULARY}.",
        ) from None


def _loaded(spark: SparkSession, folder: Path, work: Path) -> E5Embeddings:
    """The model under a file name of its own: two that are both called model.onnx collide in SparkContext.addFile.

    addFile follows links and registers what they lead to, so a link named model.onnx passes under another name.
    The loaded model still asks for the link's name; it is given the other one, and is saved and read once more,
    since what was broadcast before cannot be changed on executors. What Spark NLP reads has random names.
    """
    name = f"{uuid.uuid4().hex}.onnx"
    shutil.copyfile(folder / MODEL, work / name)
    (work / MODEL).symlink_to(name)
    shutil.copytree((folder / VOCABULARY).parent, work / Path(VOCABULARY).parent)
    raw = E5Embeddings.loadSavedModel(str(work), spark)
    java: Any = raw._java_obj
    jvm: Any = spark._jvm
    wrapper = java.getModelIfNotSet().onnxWrapper().get()
    getattr(wrapper, "modelFileName_$eq")(jvm.scala.Some(name))
    saved = work / "saved"
    raw.save(saved.as_uri())
    model: E5Embeddings = E5Embeddings.load(saved.as_uri())
    shutil.rmtree(saved)
    _check_names(model, folder, jvm)
    return model


def _check_names(model: E5Embeddings, folder: Path, jvm: Any) -> None:
    """Opens the model here, so that a model that does not fit fails here and not in a task in the middle of a run."""
    java: Any = model._java_obj
    options = jvm.com.johnsnowlabs.ml.onnx.OnnxSession().getSessionOptions()
    session = java.getModelIfNotSet().onnxWrapper().get().getSession(options)._1()
    for kind, wanted, names in (
        ("input", INPUTS, session.getInputNames()),
        ("output", (OUTPUT,), session.getOutputNames()),
    ):
        for name in wanted:
            if name not in set(names):
                raise ModelError(
                    f"The sentence embeddings have no {kind} {name}.",
                    where=str(folder / MODEL),
                    remedy="Export a BERT encoder with its usual names.",
                )

"""What a mail carries beside its text: HTML, attachments, importance, and the signs that follow."""

from __future__ import annotations

from triage.samples.model import Signs
from triage.samples.text.letter import Form
from triage.samples.text.scene import Scene

FORMS: dict[str, tuple[Form, ...]] = {
    "human": (*("plain",) * 12, *("alternative",) * 5, *("html",) * 3),
    "spam": (*("plain",) * 3, *("html",) * 2),
    "newsletter": (*("html",) * 7, *("alternative",) * 3),
    "auto_reply": (*("plain",) * 8, *("html",) * 2),
}
FILES = (
    "scan.pdf",
    "invoice.pdf",
    "image001.png",
    "IMG_4711.jpg",
    "report.xlsx",
    "offer.docx",
    "log.txt",
    "photo.jpg",
)


def form_of(scene: Scene, kind: str) -> Form:
    """Plain text, HTML or both; a bounce is a report."""
    return scene.pick(FORMS[kind]) if kind in FORMS else "report"


def signs_of(
    kind: str, extra: dict[str, str], form: Form, files: tuple[str, ...], importance: int | None, reply: bool
) -> Signs:
    return Signs(
        auto_submitted="Auto-Submitted" in extra or "X-Autoreply" in extra,
        bulk=extra.get("Precedence") == "bulk",
        list_mail="List-Unsubscribe" in extra,
        bounce=kind == "bounce",
        reply=reply,
        importance=importance,
        has_html=form in {"html", "alternative"},
        attachments=len(files),
    )


def importance_of(scene: Scene, priority: str) -> int | None:
    if scene.chance({"urgent": 0.4, "high": 0.2}.get(priority, 0.02)):
        return 1 if priority == "urgent" else 2
    return 5 if priority == "low" and scene.chance(0.05) else None


def files_of(scene: Scene) -> tuple[str, ...]:
    if not scene.chance(0.16):
        return ()
    person = scene.sender if scene.chance(0.6) else scene.acquaintance()
    personal = (
        f"CV_{person.first}_{person.last}.pdf",
        f"{person.last}, {person.first}.pdf",
        f"Scan {person.last}.pdf",
    )
    names = [scene.pick(personal) if scene.chance(0.35) else scene.pick(FILES) for _ in range(1 + scene.chance(0.25))]
    return tuple(names)

"""What machines write: automatic replies, bounces and newsletters."""

from __future__ import annotations

from triage.samples.people.people import COMPANY_DOMAIN
from triage.samples.text.draft import Draft, Fragment, joined
from triage.samples.text.scene import Scene

Headers = tuple[tuple[str, str], ...]

AUTO_HEADERS: tuple[Headers, ...] = (
    (("Auto-Submitted", "auto-replied"),),
    (("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes"), ("Precedence", "bulk")),
    (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
    (("X-Autoreply", "yes"),),
    (),
)
"""Some systems say nothing, and only the text tells."""

REPORT = """Reporting-MTA: dns; {host}
Arrival-Date: {date}

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {reason}
"""


def auto_reply(scene: Scene, subject: Fragment) -> tuple[Fragment, Fragment]:
    """Subject and body of an absence note or a receipt that answers `subject`."""
    phrases = scene.bank.auto_reply
    scene.original = subject
    if scene.chance(0.35):
        return scene.say(phrases["receipt_subject"]), _signed(scene, [scene.say(phrases["receipt"])], 0.0)
    said = [scene.say(phrases["away"])]
    if scene.chance(0.7):
        said.append(scene.say(phrases["deputy"]))
    return scene.say(phrases["subject"]), _signed(scene, said, 0.8)


def bounce(scene: Scene, subject: Fragment, date: str) -> tuple[Fragment, Fragment, str]:
    """Subject, text and delivery status of a mail to the receiver's address that came back."""
    phrases = scene.bank.bounce
    scene.original = subject
    reason = scene.say(phrases["reason"])
    body = Draft()
    scene.write(phrases["text"], body)
    body.add("\n\n  <")
    body.mark(scene.receiver.address, "EMAIL_ADDRESS")
    body.add(">: ")
    body.extend(reason)
    host = f"mail.{COMPANY_DOMAIN}"
    status = reason.text.split(" ")[1]
    report = REPORT.format(
        host=host,
        date=date,
        address=scene.receiver.address,
        status=status,
        reason=reason.text.encode("ascii", "replace").decode(),
    )
    return scene.say(phrases["subject"]), body.freeze(), report


def newsletter(scene: Scene, category: str) -> tuple[Fragment, Fragment]:
    """Subject and body of a mailing on the department's field."""
    phrases = scene.bank.newsletter
    scene.topic = scene.bank.newsletter_topics[category]
    parts = [scene.say(phrases["item"]) for _ in range(2 + int(scene.random() * 4))]
    if scene.chance(0.3):
        parts.insert(0, scene.say(scene.bank.frame["greeting_formal"]))
    parts.append(scene.say(phrases["footer"]))
    return scene.say(phrases["subject"]), joined(parts, "\n\n")


def _signed(scene: Scene, said: list[Fragment], probability: float) -> Fragment:
    body = joined(said, "\n")
    if not scene.chance(probability):
        return body
    closing = Draft()
    scene.write(scene.bank.frame["signoff"], closing)
    closing.add("\n")
    closing.extend(scene.pick(scene.sender.signatures))
    return joined([body, closing.freeze()], "\n\n")

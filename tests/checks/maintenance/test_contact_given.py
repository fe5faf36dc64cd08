from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.maintenance.contact_given import contact_given
from weighbridge.model import (
    State,
)


def test_states() -> None:
    mail = contact_given.function(card("# M\n\n[mail](mailto:ada@acme.org)\n"))
    assert (mail.state, mail.message) == (State.CLAIMED, "The card gives ada@acme.org.")
    assert contact_given.function(card("## Contact\n\nAda.\n")).grade is None
    assert contact_given.function(card("# M\n\nPlease contact the authors.\n")).grade == 0.5
    assert contact_given.function(card("# M\n")).state is State.MISSING


def test_faults_and_features_are_no_contact() -> None:
    text = "# M\n\n## Known issues\n\nSlow.\n\n## Supported models\n\nAll.\n"
    assert contact_given.function(card(text)).state is State.MISSING
    assert contact_given.function(card("# M\n\n## Support\n\nAsk Ada.\n")).grade is None
    assert contact_given.function(card("# M\n\n## Support\n\n[More Information Needed]\n")).state is State.MISSING

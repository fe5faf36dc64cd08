"""From verdicts to scores, policy and the audit."""

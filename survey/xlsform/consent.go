package xlsform

// consentRule is the condition that a sensitive question is asked only after its consent, written out for programs that know
// no purposes.
func consentRule(purpose string) string { return "${" + purpose + "} = 'yes'" }

// joinConsent puts the condition of a purpose before the rule of a question.
func joinConsent(purpose, rule string) string { return joinBounds(consentRule(purpose), rule) }

// cutConsent is the inverse of joinConsent; a rule that somebody wrote otherwise stays.
func cutConsent(rule, purpose string) string {
	if purpose == "" {
		return rule
	}
	rest, _ := cutBounds(consentRule(purpose), rule)
	return rest
}

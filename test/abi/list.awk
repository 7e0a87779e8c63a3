# SPDX-License-Identifier: MIT
# Reads wire and ABI headers and writes one probe line for each struct, field and enum constant in them (see probe.inc).
#
# Understands the headers' own style only: `struct name { fields }`, `enum [name] { constants }`, no nested definitions.
{ text = text $0 "\n" }

function trim(s) { gsub(/^[ \t\n]+|[ \t\n]+$/, "", s); return s }

function strip_comments(s,   out, start, end) {
	while ((start = index(s, "/*")) > 0) {
		out = out substr(s, 1, start - 1) " "
		end = index(substr(s, start), "*/")
		if (!end) { print "list.awk: comment without end" > "/dev/stderr"; exit 1 }
		s = substr(s, start + end + 1)
	}
	return out s
}

function fields(name, body,   declaration, count, i, n, names, j, field) {
	count = split(body, declaration, ";")
	for (i = 1; i <= count; i++) {
		if (trim(declaration[i]) == "") continue
		n = split(declaration[i], names, ",")
		for (j = 1; j <= n; j++) {
			field = names[j]
			sub(/\[.*/, "", field)
			field = trim(field)
			sub(/.*[^A-Za-z0-9_]/, "", field)
			print "FIELD(" name ", " field ")"
		}
	}
}

function constants(body,   entry, count, i, depth, current, c) {
	# Commas inside parentheses separate nothing.
	for (i = 1; i <= length(body); i++) {
		c = substr(body, i, 1)
		if (c == "(") depth++
		if (c == ")") depth--
		if (c == "," && depth == 0) { constant(current); current = "" } else current = current c
	}
	constant(current)
}

function constant(s) {
	sub(/=.*/, "", s)
	s = trim(s)
	if (s != "") print "CONSTANT(" s ")"
}

END {
	text = strip_comments(text)
	gsub(/\n[ \t]*#[^\n]*/, "\n", text)
	while (match(text, /(struct[ \t\n]+[A-Za-z0-9_]+|enum([ \t\n]+[A-Za-z0-9_]+)?)[ \t\n]*\{[^}]*\}/)) {
		block = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		head = trim(substr(block, 1, index(block, "{") - 1))
		body = substr(block, index(block, "{") + 1)
		sub(/\}$/, "", body)
		if (head ~ /^struct/) {
			print "STRUCT(" head ")"
			fields(head, body)
		} else
			constants(body)
	}
}

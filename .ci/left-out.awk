# Prints a regular expression of the Go tests of which "go test -race -short" leaves something out: those whose body asks testing.Short()
# or raced, and those that name a function or variable of their package's test files that does. For: awk -f .ci/left-out.awk FILES
FNR == 1 { dir = FILENAME; sub(/[^\/]*$/, "", dir) }
/^(func|var) / {
  name = $0
  sub(/^(func|var) (\([^)]*\) *)?/, "", name)
  sub(/[^A-Za-z0-9_].*/, "", name)
  inside = dir SUBSEP name
}
inside { body[inside] = body[inside] $0 "\n" }
/^}/ || /^func .*}$/ || /^var .*[^{]$/ { inside = "" }
END {
  for (f in body) if (body[f] ~ /testing\.Short\(\)|[^A-Za-z_]raced[^A-Za-z_]/) asks[f] = 1
  do {
    grown = 0
    for (f in body) if (!(f in asks)) for (g in asks) {
      split(f, of, SUBSEP); split(g, to, SUBSEP)
      if (of[1] == to[1] && to[2] !~ /^Test/ && body[f] ~ "[^A-Za-z0-9_.]" to[2] "[^A-Za-z0-9_]") { asks[f] = 1; grown = 1; break }
    }
  } while (grown)
  for (f in asks) { split(f, of, SUBSEP); if (of[2] ~ /^Test[^a-z]/ && of[2] != "TestMain") list = list (list == "" ? "" : "|") of[2] }
  if (list == "") { print "no test asks how much is wanted: left-out.awk is broken" > "/dev/stderr"; exit 1 }
  print "^(" list ")$"
}

import assert from "node:assert/strict"
import { test } from "node:test"
import { isAccess } from "../../src/digest/access.ts"

const LINES: readonly { line: string; want: boolean }[] = [
  { line: "web1 sshd[7]: Accepted publickey for root from 192.0.2.7 port 4711 ssh2: ED25519 SHA256:x", want: true },
  { line: "web1 sshd[7]: pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)", want: true },
  { line: "web1 login[7]: ROOT LOGIN on '/dev/tty1'", want: true },
  { line: "web1 sudo:    marie : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", want: true },
  { line: "web1 useradd[7]: new user: name=eve, UID=0, GID=0, home=/root, shell=/bin/sh", want: true },
  { line: "web1 usermod[7]: add 'eve' to group 'sudo'", want: true },
  { line: "web1 sshd[7]: Failed password for root from 192.0.2.7 port 4711 ssh2", want: false },
  { line: "web1 sshd[7]: pam_unix(sshd:session): session closed for user root", want: false },
  { line: "web1 app: COMMAND failed", want: false },
]

for (const { line, want } of LINES) {
  test(`${want ? "a login or a privilege change" : "neither"}: ${line}`, () => {
    assert.equal(isAccess({ samples: [`Nov 23 18:00:00 ${line}`], template: "" }), want)
  })
}

# tunnel.sh WORKDIR CAMPAIGN HOST: makes way for the ports that this connection is going to forward. A connection whose
# other end has gone holds its ports for as long as its sshd believes in it: the record 'session' names that sshd.
home=$(folder_of "$1")/campaigns/$2/$3
sshd=$PPID
while [ "${sshd:-0}" -gt 1 ]; do
  case $(cat "/proc/$sshd/comm" 2>/dev/null) in sshd*) break ;; esac
  sshd=$(sed 's/^.*) //' "/proc/$sshd/stat" 2>/dev/null | cut -d' ' -f2)
done
if alive "$home/session" && [ "$pid" != "$sshd" ]; then
  finish "$home/session" 10
fi
[ "${sshd:-0}" -le 1 ] || remember "$sshd" "$home/session"
exit 0

# home.sh WORKDIR CAMPAIGN HOST: makes the folder of an agent, for nobody else to see.
umask 077
mkdir -p "$(folder_of "$1")/campaigns/$2/$3/identity"

#!/bin/sh
# Creates a CA and certificates for a trial with openssl 3, in place of the PKI of the company.
# Usage: make-certificates.sh FOLDER
set -eu
umask 077
mkdir -p "$1"
cd "$1"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=Company CA' \
  -addext 'keyUsage=critical,keyCertSign,cRLSign' -keyout ca.key -out ca.crt

# Arguments: name of the files, common name, extended key usage, subject alternative names
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" \
    -addext "extendedKeyUsage=$3" -addext "subjectAltName=$4"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -copy_extensions copy -out "$1.crt"
  rm "$1.csr"
}

domain=kafka-pki.svc.cluster.local
certificate brokers payments-brokers serverAuth,clientAuth \
  "DNS:payments-brokers.$domain,DNS:*.payments-brokers.$domain,DNS:payments-bootstrap.$domain"
certificate topics payments-topics clientAuth DNS:payments-topics
certificate shop shop clientAuth DNS:shop

# Java clients read key and certificate from one file.
cat shop.key shop.crt > keystore.pem

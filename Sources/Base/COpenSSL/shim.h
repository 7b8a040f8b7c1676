#pragma once
// First, as in CLibevent: the C library's types must look the same here as in Swift's own Glibc module.
#include <features.h>
// RC4, MD5 and SHA-1 are what the protocol of 1998 was made of. OpenSSL 3 has them still, under their own names; its
// EVP gives RC4 out only where a configuration file says so.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/rc4.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// What OpenSSL has as macros, which Swift does not see.

static inline EVP_PKEY *openssl_generate_rsa(size_t bits) { return EVP_RSA_gen(bits); }

static inline void openssl_tolerate_missing_close_notify(SSL_CTX *context) {
#ifdef SSL_OP_IGNORE_UNEXPECTED_EOF
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
#endif
}

#pragma once
// First, before a header can define _GNU_SOURCE: the C library's types must look the same here as in Swift's own
// Glibc module, or the two do not go together.
#include <features.h>
#include <pcap/pcap.h>

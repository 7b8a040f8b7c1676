#pragma once
// First, before a header can define _GNU_SOURCE: the C library's types must look the same here as in Swift's own
// Glibc module, or the two do not go together.
#include <features.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

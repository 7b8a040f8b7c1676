import Glibc

/// Whether the suite runs under a sanitizer, as scripts/test --sanitize says by the options that it sets: what a test
/// measures of time and memory is then the sanitizer's.
public let isSanitized = getenv("ASAN_OPTIONS") != nil || getenv("TSAN_OPTIONS") != nil

/// Seconds that this thread has been on a processor. The process's would count the tests that run side by side.
public var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

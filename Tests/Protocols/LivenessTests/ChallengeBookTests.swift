import Testing
import Time

@testable import Liveness

@Suite struct ChallengeBookTests {
    private let start = MonotonicTime.zero

    @Test func thoseWhoAnswerInTimeAreNotDead() {
        var book = ChallengeBook<String>(timeout: .seconds(3))
        let id = book.ask(["anna", "bert"], at: start)
        book.heard("anna")
        #expect(book.next(at: start + .milliseconds(2999)) == nil)
        #expect(book.next(at: start + .seconds(3)) == .init(id: id, dead: ["bert"]))
        #expect(book.nextDeadline == nil)
    }

    @Test func theVerdictComesWithTheLastAnswer() {
        var book = ChallengeBook<Int>(timeout: .seconds(3))
        let id = book.ask([1, 2], at: start)
        book.heard(2)
        #expect(book.next(at: start) == nil)
        book.heard(1)
        #expect(book.next(at: start) == .init(id: id, dead: []))
    }

    @Test func oneAnswerSettlesEveryQuestion() {
        var book = ChallengeBook<Int>(timeout: .seconds(3))
        let first = book.ask([1], at: start)
        let second = book.ask([1, 2], at: start + .seconds(1))
        book.heard(1)
        #expect(book.next(at: start + .seconds(1)) == .init(id: first, dead: []))
        #expect(book.next(at: start + .seconds(4)) == .init(id: second, dead: [2]))
    }

    @Test func aLateAnswerChangesNothing() {
        var book = ChallengeBook<Int>(timeout: .seconds(3))
        let id = book.ask([1], at: start)
        #expect(book.next(at: start + .seconds(3)) == .init(id: id, dead: [1]))
        book.heard(1)
        #expect(book.next(at: start + .seconds(9)) == nil)
    }

    @Test func nobodyAskedIsDecidedAtOnce() {
        var book = ChallengeBook<Int>(timeout: .seconds(3))
        let id = book.ask([], at: start)
        #expect(book.next(at: start) == .init(id: id, dead: []))
    }
}

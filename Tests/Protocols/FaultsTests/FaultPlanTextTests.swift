import Faults
import Testing

@Suite struct FaultPlanTextTests {
    @Test(arguments: [
        (
            "power-off:share=50%,at=10s,over=2s,lasting=5s",
            FaultPlan(.powerOff, share: 0.5, at: .seconds(10), over: .seconds(2), lasting: .seconds(5))
        ),
        ("hang", FaultPlan(.hang, share: 1, at: .seconds(5), over: .zero, lasting: .seconds(3))),
        ("link-cut:lasting=250ms,share=0.125", FaultPlan(.linkCut, share: 0.125, lasting: .milliseconds(250))),
        ("kill:share=0%", FaultPlan(.kill, share: 0)),
    ])
    func itIsReadAndPrintedSoThatItReadsTheSame(text: String, plan: FaultPlan) throws {
        #expect(try FaultPlan(parsing: text) == plan)
        #expect(try FaultPlan(parsing: plan.description) == plan)
    }

    @Test(arguments: Fault.allCases)
    func everyFaultIsKnownByItsName(fault: Fault) throws {
        #expect(try FaultPlan(parsing: fault.rawValue).fault == fault)
    }

    @Test(arguments: [
        ("", "unknown fault"), ("poweroff", "unknown fault 'poweroff'"), ("hang:share=101%", "share must be a part"),
        ("hang:share=-1", "share must be a part"), ("hang:share=nan", "share must be a part"), ("hang:share=half", "not 'half'"),
        ("hang:at", "name=value"), ("hang:at=5", "at must be a duration"), ("hang:when=5s", "no parameter 'when'"),
    ])
    func whatCannotBeDoneIsRefusedWithTheReason(text: String, reason: String) {
        #expect { try FaultPlan(parsing: text) } throws: { "\($0)".contains(reason) }
    }
}

import Slab
import Testing

@Suite struct SlabTests {
    @Test func aHandleFindsItsElementUntilItIsRemoved() {
        var slab = Slab<String>()
        let (a, b) = (slab.add("a"), slab.add("b"))
        #expect(slab[a] == "a" && slab[b] == "b" && slab.count == 2)
        slab.remove(a)
        #expect(slab[a] == nil && slab[b] == "b" && slab.count == 1)
    }

    @Test func theNextTenantOfAPlaceIsNotFoundByAnOldHandle() {
        var slab = Slab<String>()
        let old = slab.add("old")
        slab.remove(old)
        let new = slab.add("new")
        #expect(slab[old] == nil && slab[new] == "new")
        slab.remove(old)
        #expect(slab[new] == "new")
        slab[old]? = "changed"
        #expect(slab[new] == "new")
    }

    @Test func elementsChangeInPlace() {
        var slab = Slab<[Int]>()
        let handle = slab.add([1])
        slab[handle]?.append(2)
        #expect(slab[handle] == [1, 2])
        #expect(slab.elements == [[1, 2]] && slab.handles == [handle])
    }

    @Test func noHandleNamesNothing() {
        var slab = Slab<Int>()
        #expect(slab[.none] == nil)
        _ = slab.add(1)
        #expect(slab[.none] == nil)
    }
}

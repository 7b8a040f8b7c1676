/// A value that is absent for nearly all of its holder's life, and therefore kept elsewhere: the holder has room for a
/// reference alone.
indirect enum Aside<Value> {
    case absent
    case present(Value)

    var value: Value? {
        get { if case .present(let value) = self { value } else { nil } }
        set { self = newValue.map(Aside.present) ?? .absent }
    }
}

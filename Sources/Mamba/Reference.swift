/// Holds a value by reference.
///
/// The members of a team walk the layers side by side: a copy of a struct of buffers would count
/// references to each of them, in memory that all members write.
final class Reference<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) {
    self.value = value
  }
}

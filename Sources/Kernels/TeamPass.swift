/// Work that the members of a team do together.
package protocol TeamPass: Sendable {
  /// One member's part of it.
  func run(_ member: TeamMember)
}

extension TeamPass {
  // SAFETY: `pass` points to a value of this type, which lives until all members are done.
  static func perform(_ pass: UnsafeRawPointer, as member: TeamMember) {
    unsafe pass.assumingMemoryBound(to: Self.self).pointee.run(member)
  }
}

/// A pass that is a closure.
struct ClosurePass: TeamPass {
  let body: @Sendable (TeamMember) -> Void

  func run(_ member: TeamMember) {
    body(member)
  }
}

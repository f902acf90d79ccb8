import DecodingCore

/// Gives every byte of a prefix tree its log probability, in passes that branches share.
///
/// A session that stands at the end of a node consumes a branch in a window. If nothing follows the
/// branch, the window is rolled back, and the session has the next one: no state is copied. Otherwise
/// the session moves on, and before that its state is copied to another while more branches wait.
struct TreeScorer<Session: BranchingSession> {
  /// Of each byte of each node.
  private(set) var logProbabilities: [[Double]]

  private let tree: PrefixTree
  private let makeSession: () -> Session
  private let limits: ScoringLimits
  private let windowLimit: Int
  private var places: [Place] = []
  /// Of each node, the children that no session has begun; the last is the next.
  private var waiting: [[Int]]
  /// Nodes that have such children, the deepest last.
  private var open: [Int] = []
  private var logits = [Float](repeating: 0, count: 256)

  /// A session and where it stands.
  private struct Place {
    var session: Session
    /// The node that it is in or at the end of.
    var node: Int
    /// Bytes of the node that it has yet to consume.
    var rest: ArraySlice<UInt8> = []
    /// Whether it is in the pass that is put together.
    var isTaken = false

    init(session: Session, node: Int) {
      self.session = session
      self.node = node
    }
  }

  /// A window of the next pass.
  private struct Part {
    let place: Int
    let node: Int
    let bytes: ArraySlice<UInt8>
    /// Whether the session returns to where it was.
    let isReturning: Bool
  }

  /// - Parameters:
  ///   - root: a session that stands where the continuations begin, with the logits there after
  ///     entry 0 of its last window.
  ///   - makeSession: another of the same model.
  init(
    _ tree: PrefixTree, root: Session, limits: ScoringLimits, makeSession: @escaping () -> Session
  ) throws(DecodingError) {
    self.tree = tree
    self.makeSession = makeSession
    self.limits = limits
    windowLimit = root.windowLimit
    logProbabilities = Array(repeating: [], count: tree.nodes.count)
    waiting = Array(repeating: [], count: tree.nodes.count)
    places = [Place(session: root, node: 0)]
    try begin(childrenOf: 0, after: 0, of: root)
    finish(0)
  }

  /// Whether every byte has its log probability.
  var isDone: Bool { open.isEmpty && places.allSatisfy(\.rest.isEmpty) }

  /// Sessions that were needed at once.
  var sessionCount: Int { places.count }

  /// One pass; returns how many bytes were consumed.
  mutating func advance() throws(DecodingError) -> Int {
    let parts = nextPass()
    try Session.run(
      parts.map { SharedWindow(places[$0.place].session, Array($0.bytes), isStep: false) })
    for part in parts { try score(part) }
    return parts.reduce(0) { $0 + $1.bytes.count }
  }

  // MARK: What a pass gave

  private mutating func score(_ part: Part) throws(DecodingError) {
    let session = places[part.place].session
    let bytes = tree.nodes[part.node].bytes
    for (row, index) in part.bytes.indices.enumerated() {
      if index + 1 < bytes.endIndex {
        try session.copyLogits(after: row, into: &logits)
        logProbabilities[part.node].append(LogSoftmax.value(of: bytes[index + 1], in: logits))
      } else {
        try begin(childrenOf: part.node, after: row, of: session)
      }
    }
    places[part.place].session.rollBack(toFirst: part.isReturning ? 0 : part.bytes.count)
    places[part.place].isTaken = false
    guard !part.isReturning else { return }
    places[part.place].rest.removeFirst(part.bytes.count)
    if places[part.place].rest.isEmpty { finish(part.node) }
  }

  /// The first byte of each child is predicted where the parent ends.
  private mutating func begin(
    childrenOf node: Int, after row: Int, of session: Session
  ) throws(DecodingError) {
    guard !tree.nodes[node].children.isEmpty else { return }
    try session.copyLogits(after: row, into: &logits)
    for child in tree.nodes[node].children {
      if let byte = tree.nodes[child].bytes.first {
        logProbabilities[child].append(LogSoftmax.value(of: byte, in: logits))
      }
    }
  }

  /// A session has come to the end of a node: its children wait. Those that need no copy of the state
  /// are the first, and the one with the most below it is the last: so few states are kept at a time.
  private mutating func finish(_ node: Int) {
    let children = tree.nodes[node].children.filter { !tree.consumed(of: $0).isEmpty }
    waiting[node] = children.sorted { sortKey(of: $0) > sortKey(of: $1) }
    if !children.isEmpty { open.append(node) }
  }

  private func sortKey(of node: Int) -> (Int, Int) {
    (isReturning(node) ? 0 : 1, tree.nodes[node].endCount)
  }

  /// Whether one window is all that a node and what is below it need.
  private func isReturning(_ node: Int) -> Bool {
    tree.consumed(of: node).count <= windowLimit
      && tree.nodes[node].children.allSatisfy { tree.consumed(of: $0).isEmpty }
  }

  // MARK: The next pass

  private mutating func nextPass() -> [Part] {
    var parts: [Part] = []
    var room = limits.positions
    func fits(_ bytes: ArraySlice<UInt8>) -> Bool {
      parts.isEmpty
        || parts.count < limits.windows && min(bytes.count, windowLimit) <= room
    }
    for place in places.indices where !places[place].rest.isEmpty && fits(places[place].rest) {
      take(place, places[place].node, places[place].rest, isReturning: false, &parts, &room)
    }
    for node in open.reversed() {
      while let child = waiting[node].last, fits(tree.consumed(of: child)),
        let place = place(for: child, of: node, mayGrow: parts.isEmpty)
      {
        waiting[node].removeLast()
        let isReturning = isReturning(child)
        if !isReturning {
          places[place].node = child
          places[place].rest = tree.consumed(of: child)
        }
        take(place, child, tree.consumed(of: child), isReturning: isReturning, &parts, &room)
      }
    }
    open.removeAll { waiting[$0].isEmpty }
    return parts
  }

  private mutating func take(
    _ place: Int, _ node: Int, _ bytes: ArraySlice<UInt8>, isReturning: Bool,
    _ parts: inout [Part], _ room: inout Int
  ) {
    let window = bytes.prefix(windowLimit)
    parts.append(Part(place: place, node: node, bytes: window, isReturning: isReturning))
    places[place].isTaken = true
    room -= window.count
  }

  /// A session at the end of a node for one of its children; nil if none can be had now.
  private mutating func place(for child: Int, of node: Int, mayGrow: Bool) -> Int? {
    let holders = places.indices.filter { places[$0].rest.isEmpty && places[$0].node == node }
    let maySpend = isReturning(child) || holders.count > 1 || waiting[node].count == 1
    if maySpend, let holder = holders.first(where: { !places[$0].isTaken }) { return holder }
    guard let holder = holders.first,
      let copy = freePlace(isReturning: isReturning(child), mayGrow: mayGrow)
    else { return nil }
    places[copy].session.copyState(of: places[holder].session)
    places[copy].node = node
    return copy
  }

  /// A session that nobody needs where it is. Some are kept for one branch to be followed to its end:
  /// with the longest way last, the others halve what is left, so there is always one.
  private mutating func freePlace(isReturning: Bool, mayGrow: Bool) -> Int? {
    let free = places.indices.filter {
      !places[$0].isTaken && places[$0].rest.isEmpty && waiting[places[$0].node].isEmpty
    }
    let unmade = limits.sessions - places.count
    let isAlone = !isReturning && !places.contains { !$0.rest.isEmpty }
    guard free.count + unmade > limits.reserve || isAlone else { return nil }
    if let first = free.first { return first }
    guard unmade > 0 || mayGrow else { return nil }
    places.append(Place(session: makeSession(), node: 0))
    return places.count - 1
  }
}

/// How much a scorer does and keeps at once.
package struct ScoringLimits {
  /// What a caller may ask for.
  package static let batchSizes = 1...1024
  /// More bring nothing on a processor.
  package static let defaultBatchSize = 8

  /// Windows of a pass.
  let windows: Int
  /// Positions of a pass, unless one window has more.
  let positions: Int
  /// Sessions that are kept for one branch at a time.
  let reserve: Int
  /// All sessions.
  let sessions: Int

  /// For so many texts.
  init(windows: Int, windowLimit: Int, texts: Int) {
    self.windows = windows
    positions = max(min(windows * windowLimit, 256), windowLimit)
    reserve = Int.bitWidth - texts.leadingZeroBitCount + 1
    // No node needs two, and there are at most two nodes a text.
    sessions = min(4 * windows + reserve, max(1, 2 * texts))
  }
}

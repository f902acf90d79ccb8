import Kernels

/// Where the time of one pass went, in seconds: what members did on average, and what they waited for.
///
/// A barrier takes from the arrival of the last to the leaving of the average member; until the last
/// arrives, the average member waits for the slowest.
struct PassTimes: Sendable, Encodable {
  /// Members who took part.
  let members: Int
  /// From the call to the last member's end.
  let whole: Double
  /// By `PassLog.Part`: of the average member.
  let parts: [Double]
  /// What the slowest member works before each barrier, added up.
  let slowest: Double
  /// What the average member waits for the slowest one.
  let uneven: Double
  /// What barriers take when all have arrived.
  let barrier: Double
  /// Those that a layer has, each added up over the layers.
  let barriersOfLayer: [Barrier]

  /// What lies between a barrier and the one before it.
  struct Barrier: Sendable, Encodable {
    /// Of the average member.
    var work = 0.0
    var slowest = 0.0
    var uneven = 0.0
    var latency = 0.0
  }

  /// Barriers that a layer has.
  private static let layerBarriers = 4

  /// The times of the last pass of a log.
  init(_ log: PassLog) {
    let all = log.members.filter { !$0.isEmpty }
    members = all.count
    var parts = PassLog.Part.allCases.map { _ in 0 }
    for events in all {
      var before = log.start
      for event in events {
        parts[event.part.rawValue] += event.time - before
        before = event.time
      }
    }
    self.parts = parts.map { Self.seconds($0, over: all.count) }
    whole = Self.seconds(all.map { $0.last?.time ?? log.start }.max().map { $0 - log.start } ?? 0)
    let intervals = all.map(Self.intervals)
    let count = intervals.map(\.count).min() ?? 0
    var barriers = Array(repeating: Barrier(), count: Self.layerBarriers)
    for index in 0..<count {
      let row = intervals.map { $0[index] }
      let last = row.map(\.arrival).max() ?? 0
      let place = index % Self.layerBarriers
      barriers[place].work += Self.seconds(
        row.reduce(0) { $0 + $1.arrival - $1.start }, over: row.count)
      barriers[place].slowest += Self.seconds(row.map { $0.arrival - $0.start }.max() ?? 0)
      barriers[place].uneven += Self.seconds(
        row.reduce(0) { $0 + last - $1.arrival }, over: row.count)
      barriers[place].latency += Self.seconds(
        row.reduce(0) { $0 + $1.end - last }, over: row.count)
    }
    barriersOfLayer = barriers
    slowest = barriers.reduce(0) { $0 + $1.slowest }
    uneven = barriers.reduce(0) { $0 + $1.uneven }
    barrier = barriers.reduce(0) { $0 + $1.latency }
  }

  /// The median of each time by itself; of at least one pass.
  init(medianOf passes: [PassTimes]) {
    func median(_ value: (PassTimes) -> Double) -> Double {
      passes.map(value).sorted()[passes.count / 2]
    }
    members = passes[0].members
    whole = median(\.whole)
    parts = passes[0].parts.indices.map { index in median { $0.parts[index] } }
    slowest = median(\.slowest)
    uneven = median(\.uneven)
    barrier = median(\.barrier)
    barriersOfLayer = passes[0].barriersOfLayer.indices.map { index in
      Barrier(
        work: median { $0.barriersOfLayer[index].work },
        slowest: median { $0.barriersOfLayer[index].slowest },
        uneven: median { $0.barriersOfLayer[index].uneven },
        latency: median { $0.barriersOfLayer[index].latency })
    }
  }

  /// When a member began to work towards each barrier, arrived, and left.
  private static func intervals(
    _ events: [PassLog.Event]
  ) -> [(start: Int, arrival: Int, end: Int)] {
    var intervals: [(start: Int, arrival: Int, end: Int)] = []
    var start = events[0].time
    for index in events.indices.dropFirst() where events[index].part == .waiting {
      intervals.append((start, events[index - 1].time, events[index].time))
      start = events[index].time
    }
    return intervals
  }

  private static func seconds(_ nanoseconds: Int, over count: Int = 1) -> Double {
    Double(nanoseconds) / 1e9 / Double(max(count, 1))
  }
}

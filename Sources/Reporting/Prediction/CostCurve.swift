/// What a piece of work costs by its size, in seconds: straight lines between measured points.
package struct CostCurve: Sendable, Equatable {
  private let points: [(size: Double, seconds: Double)]

  /// A curve through points, in any order; nil without one.
  package init?(_ points: [(size: Double, seconds: Double)]) {
    guard !points.isEmpty else { return nil }
    self.points = points.sorted { $0.size < $1.size }
  }

  /// The largest size that was measured.
  package var largest: Double { points[points.count - 1].size }

  /// Seconds for a size; beyond the ends the nearest piece goes on, but never below 0.
  package func seconds(_ size: Double) -> Double {
    guard points.count > 1 else { return points[0].seconds }
    let next = points.firstIndex { $0.size >= size } ?? points.count - 1
    let right = points[max(1, next)]
    let left = points[max(1, next) - 1]
    guard right.size > left.size else { return right.seconds }
    let share = (size - left.size) / (right.size - left.size)
    return max(0, left.seconds + share * (right.seconds - left.seconds))
  }

  /// Equal when all points are.
  package static func == (left: CostCurve, right: CostCurve) -> Bool {
    left.points.elementsEqual(right.points, by: ==)
  }
}

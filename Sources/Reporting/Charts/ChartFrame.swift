/// The area of a chart, its axes, grid and legend.
struct ChartFrame {
  /// Size of the whole drawing.
  var width = 640.0
  var height = 340.0
  /// Room for the axes' texts.
  var left = 76.0
  var bottom = 46.0
  var top = 12.0
  var right = 16.0
  /// The horizontal axis.
  var x: ChartAxis
  /// The vertical axis.
  var y: ChartAxis

  /// The place of a value on the horizontal axis.
  func horizontal(_ value: Double) -> Double {
    left + x.scale.place(value) * (width - left - right)
  }

  /// The place of a value on the vertical axis; it grows upwards.
  func vertical(_ value: Double) -> Double {
    height - bottom - y.scale.place(value) * (height - top - bottom)
  }

  /// Grid, ticks and titles of both axes.
  var axes: Markup {
    .sequence(
      horizontalAxis + verticalAxis + [
        SVG.line(
          from: (left, height - bottom), to: (width - right, height - bottom), class: "axis"),
        SVG.line(from: (left, top), to: (left, height - bottom), class: "axis"),
      ])
  }

  private var horizontalAxis: [Markup] {
    let base = height - bottom
    return x.labels.flatMap { tick in
      let place = horizontal(tick.value)
      return [
        SVG.line(from: (place, top), to: (place, base), class: "grid"),
        SVG.text(tick.text, x: place, y: base + 16, anchor: .middle),
      ]
    } + [
      SVG.text(
        x.title, x: (left + width - right) / 2, y: height - 8, anchor: .middle, class: "title")
    ]
  }

  private var verticalAxis: [Markup] {
    y.labels.flatMap { tick in
      let place = vertical(tick.value)
      return [
        SVG.line(from: (left, place), to: (width - right, place), class: "grid"),
        SVG.text(tick.text, x: left - 6, y: place + 4, anchor: .end),
      ]
    } + [
      SVG.text(
        y.title, x: 14, y: (top + height - bottom) / 2, anchor: .middle, class: "title",
        isUpright: true)
    ]
  }
}

import Measuring
import Reporting

/// The results as text.
enum KernelTables {
  static func all(of results: [KernelResult]) -> String {
    "Every kernel, all layers of the model\n\n\(kernels(results))\n"
      + "All matrix products by window, ms (times that of a window of 1)\n\n\(curve(results))"
  }

  private static func kernels(_ results: [KernelResult]) -> String {
    var table = TextTable([
      "shape", "kernel", "weights", "threads", "window", "us", "quartiles", "GB/s", "Gop/s",
      "limit", "share",
    ])
    for result in results {
      table.append(
        identity(result.label) + [
          microseconds(result.seconds.median),
          microseconds(result.seconds.lowerQuartile) + " to "
            + microseconds(result.seconds.upperQuartile),
          billions(result.bytesPerSecond), billions(result.operationsPerSecond),
          result.shareOfLimit == 0
            ? "-"
            : result.isMemoryBound
              ? billions(result.readLimit.median) + " GB/s"
              : billions(result.arithmeticLimit.median) + " Gop/s",
          NumberText.percent(result.shareOfLimit == 0 ? nil : result.shareOfLimit),
        ])
    }
    return table.text
  }

  private static func curve(_ results: [KernelResult]) -> String {
    let products = results.filter { $0.label.kernel == ProductKernel.all.rawValue }
    let windows = Set(products.map(\.label.window)).sorted()
    var table = TextTable(["shape", "weights", "threads"] + windows.map(String.init))
    var seen: Set<[String]> = []
    for result in products {
      let key = [result.label.shape, result.label.type, "\(result.label.threads)"]
      guard seen.insert(key).inserted else { continue }
      let row = products.filter {
        [$0.label.shape, $0.label.type, "\($0.label.threads)"] == key
      }
      let single = row.first { $0.label.window == 1 }?.seconds.median
      table.append(
        key
          + windows.map { window in
            guard let seconds = row.first(where: { $0.label.window == window })?.seconds.median
            else { return "-" }
            let ratio = single.map { " (\(NumberText.fixed(seconds / $0, digits: 1)))" } ?? ""
            return NumberText.fixed(seconds * 1000, digits: 2) + ratio
          })
    }
    return table.text
  }

  private static func identity(_ label: KernelCase.Label) -> [String] {
    [
      label.shape, label.kernel, label.type.isEmpty ? "-" : label.type, "\(label.threads)",
      "\(label.window)",
    ]
  }

  private static func microseconds(_ seconds: Double) -> String {
    NumberText.fixed(seconds * 1e6, digits: 1)
  }

  private static func billions(_ rate: Double) -> String { NumberText.fixed(rate / 1e9, digits: 1) }
}

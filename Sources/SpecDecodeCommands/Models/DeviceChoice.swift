import MambaDevices

/// A device as a command line names it.
enum DeviceChoice: Equatable {
  case cpu
  case cuda(Int)
  /// A GPU where there is one.
  case auto

  /// `cpu`, `cuda`, `cuda:N` or `auto`; nil for another text.
  init?(_ text: String) {
    switch text {
    case "cpu": self = .cpu
    case "cuda": self = .cuda(0)
    case "auto": self = .auto
    default:
      guard text.hasPrefix("cuda:"), let index = Int(text.dropFirst(5)), index >= 0 else {
        return nil
      }
      self = .cuda(index)
    }
  }

  /// - Parameter threads: of the processor.
  func device(threads: Int?) -> ComputeDevice {
    switch self {
    case .cpu: .cpu(threads: threads)
    case .cuda(let index): .cuda(index)
    case .auto: ComputeDevice.gpuNames.isEmpty ? .cpu(threads: threads) : .cuda()
    }
  }
}

/// Where the models of a command are computed.
struct ModelDevices: Equatable {
  let verifier: DeviceChoice
  let drafter: DeviceChoice
  /// Of each model that is on the processor; nil for those that are measured to be fastest.
  let threads: Int?

  /// That of the verifier, or of the only model.
  var device: ComputeDevice { verifier.device(threads: threads) }
  var drafterDevice: ComputeDevice { drafter.device(threads: threads) }
}

extension OptionReader {
  /// `--device`, `--threads` and, where there is a drafter, `--drafter-device`.
  func devices(hasDrafter: Bool = true) throws(UsageError) -> ModelDevices {
    let remedy = "cpu, cuda, cuda:N for the GPU of that number, or auto"
    let device =
      try value(
        "--device", "DEVICE", "cpu, cuda, cuda:N or auto: changes the speed only (default: cpu)",
        remedy: remedy, DeviceChoice.init) ?? .cpu
    let drafter: DeviceChoice? =
      hasDrafter
      ? try value(
        "--drafter-device", "DEVICE", "the same for the drafter (default: that of --device)",
        remedy: remedy, DeviceChoice.init) : nil
    return ModelDevices(verifier: device, drafter: drafter ?? device, threads: try threads())
  }
}

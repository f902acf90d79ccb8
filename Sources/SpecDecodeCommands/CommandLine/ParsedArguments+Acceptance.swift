import SpeculativeDecoding

extension ParsedArguments {
  /// The rule that `--acceptance`, `--beta` and `--resync` name.
  func acceptance() throws(UsageError) -> Acceptance {
    let name = try text("--acceptance") ?? Acceptance.exact.name
    guard name == "top-beta" else {
      for option in ["--beta", "--resync"] where bytes(option) != nil {
        throw .missingArgument(
          name: "--acceptance top-beta with \(option)", command: command.name)
      }
      if name == Acceptance.exact.name { return .exact }
      if name == Acceptance.rejection.name { return .rejection }
      throw .invalidValue(
        option: "--acceptance", value: name, remedy: "exact, rejection or top-beta")
    }
    return .topBeta(beta: try integer("--beta", in: 1...256, default: 3), resync: try resync())
  }

  private func resync() throws(UsageError) -> Acceptance.Resync {
    guard let text = try text("--resync") else { return .none }
    guard let resync = Acceptance.Resync(rawValue: text) else {
      throw .invalidValue(
        option: "--resync", value: text,
        remedy: Acceptance.Resync.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return resync
  }
}

/// How far two words are apart, to guess what was meant by a word that is not known.
enum EditDistance {
  /// The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into
  /// the other.
  static func between(_ first: String, _ second: String) -> Int {
    let a = Array(first.utf8)
    let b = Array(second.utf8)
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }

  /// The nearest of some words; nil when none is near, or a word is too long to be a slip.
  static func suggestion(for word: String, among words: [String]) -> String? {
    guard word.utf8.count <= 40 else { return nil }
    // What begins so is no slip: it was not typed to its end.
    if word.count > 3, let whole = words.first(where: { $0.hasPrefix(word) }) { return whole }
    let nearest = words.map { (distance: between(word, $0), word: $0) }
      .min { ($0.distance, $0.word) < ($1.distance, $1.word) }
    if let nearest, nearest.distance <= max(2, word.utf8.count / 4) { return nearest.word }
    return words.first { $0.hasPrefix(word) }
  }
}

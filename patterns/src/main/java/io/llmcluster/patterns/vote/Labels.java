package io.llmcluster.patterns.vote;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Anonymous names for what is judged: A, B, ..., Z, A2, B2, ... in a drawn order, so that a judge
 * knows neither whose answer it reads nor which came first (2510.07517).
 *
 * @param ids label to what it stands for, in the order in which they are shown
 */
public record Labels(Map<String, String> ids) {

  private static final Pattern SAID =
      Pattern.compile("(?i)^\\W*(?:(?:answer|candidate|option|response)\\W+)?([a-z]\\d{0,3})\\W*$");

  public Labels {
    ids = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(ids));
  }

  /** Labels in an order drawn for this purpose. */
  public static Labels shuffled(long seed, String purpose, Collection<String> items) {
    Map<String, String> ids = new LinkedHashMap<>();
    for (String item : Seeded.shuffle(seed, purpose, items)) {
      ids.put(label(ids.size()), item);
    }
    return new Labels(ids);
  }

  private static String label(int index) {
    String letter = String.valueOf((char) ('A' + index % 26));
    return index < 26 ? letter : letter + (index / 26 + 1);
  }

  public List<String> labels() {
    return List.copyOf(ids.keySet());
  }

  /** What a judge means: {@code B}, {@code (b)}, {@code Answer B}; empty if there is no such. */
  public Optional<String> idOf(String said) {
    Matcher matcher = SAID.matcher(said.strip());
    return matcher.matches()
        ? Optional.ofNullable(ids.get(matcher.group(1).toUpperCase(Locale.ROOT)))
        : Optional.empty();
  }

  /** What a judge's ranking means: unknown labels are left out, repeated ones count once. */
  public List<String> idsOf(Collection<String> said) {
    List<String> known = new ArrayList<>();
    for (String one : said) {
      idOf(one).filter(id -> !known.contains(id)).ifPresent(known::add);
    }
    return known;
  }
}

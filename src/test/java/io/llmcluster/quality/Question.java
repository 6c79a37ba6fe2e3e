package io.llmcluster.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A closed question.
 *
 * @param text as it is asked
 * @param choices among which the answer is; none: it is a whole number
 * @param truth computed, not looked up
 */
record Question(String text, List<String> choices, String truth) {

  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(\\.\\d+)?");

  /** What a request says of the form of its answers. */
  JsonNode form() {
    if (choices.isEmpty()) {
      return JsonNodeFactory.instance.textNode("number");
    }
    if (choices.equals(List.of("yes", "no"))) {
      return JsonNodeFactory.instance.textNode("yesno");
    }
    var list = JsonNodeFactory.instance.arrayNode();
    choices.forEach(list::add);
    return list;
  }

  /** Whether an answer of some words says the truth: its last number, or its only choice. */
  boolean isAnsweredBy(String answer) {
    return read(answer).equals(truth);
  }

  /** What an answer says; empty if nothing that could be an answer. */
  String read(String answer) {
    if (choices.isEmpty()) {
      String last = "";
      for (Matcher found = NUMBER.matcher(answer); found.find(); ) {
        last = found.group().replace(",", "").replaceFirst("\\.0+$", "");
      }
      return last;
    }
    List<String> said =
        choices.stream()
            .filter(
                choice ->
                    Pattern.compile("\\b" + Pattern.quote(choice) + "\\b")
                        .matcher(answer.toLowerCase(Locale.ROOT))
                        .find())
            .toList();
    return said.size() == 1 ? said.get(0) : "";
  }
}

package io.llmcluster.patterns.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The request of a run with some of it changed, to be prepared again. What the client said stays;
 * what followed from it is left out, so that it follows from what is said now. A field that is
 * changed to {@code null} is as if it had not been said.
 */
public final class RequestChange {

  /** What is asked; the prepared request has it word for word. */
  private static final Set<String> ASKED = Set.of("prompt", "messages");

  /** What is taken by other names than prepared requests have. */
  private static final Set<String> OTHERWISE_NAMED = Set.of("model", "system");

  /** Of these a change says only what is different. */
  private static final Set<String> OBJECTS = Set.of("options", "budget");

  private static final List<String> JUDGES = List.of("judge", "aggregator", "judges");

  private RequestChange() {}

  /**
   * What of a request the client said itself, apart from what is asked: kept beside the prepared
   * one, in which all defaults are.
   *
   * @param request as the client sent it
   * @param prepared from it: what is not in there has no meaning
   */
  public static ObjectNode said(ObjectNode request, ObjectNode prepared) {
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : request.properties()) {
      String name = field.getKey();
      boolean known = prepared.has(name) || OTHERWISE_NAMED.contains(name);
      if (known && !ASKED.contains(name) && !field.getValue().isNull()) {
        said.set(name, field.getValue().deepCopy());
      }
    }
    return said;
  }

  /** Whether a change is about who answers. */
  public static boolean concernsModels(ObjectNode changes) {
    return changes.has("models") || changes.has("model");
  }

  /**
   * The request to be prepared. What was chosen for the client, models and judges, stays with the
   * seed as long as the change is not about it.
   *
   * @param said by the client, see {@link #said}; null: not recorded, so that all of the prepared
   *     request counts as said, but for judges that would judge themselves
   */
  public static ObjectNode of(ObjectNode prepared, @Nullable ObjectNode said, ObjectNode changes) {
    ObjectNode base = said == null ? prepared.deepCopy() : said.deepCopy();
    if (said != null) {
      kept(changes).filter(prepared::has).forEach(name -> keep(prepared, name, base));
    }
    ObjectNode out = changed(base, changes);
    if (said == null && concernsModels(changes)) {
      dropPartialJudges(out, changes);
    }
    return out;
  }

  /** What the client has said of a request that was changed. */
  public static @Nullable ObjectNode said(
      @Nullable ObjectNode before, ObjectNode changes, ObjectNode prepared) {
    return before == null ? null : said(changed(before, changes), prepared);
  }

  private static Stream<String> kept(ObjectNode changes) {
    Stream<String> always = Stream.of("prompt", "messages", "seed");
    return concernsModels(changes)
        ? always
        : Stream.concat(
            always, Stream.concat(Stream.of("models", CommonRequest.CHOSEN), JUDGES.stream()));
  }

  private static void keep(ObjectNode prepared, String name, ObjectNode base) {
    if (name.equals("models")) {
      base.remove("model");
    }
    base.set(name, prepared.get(name).deepCopy());
  }

  private static ObjectNode changed(ObjectNode before, ObjectNode changes) {
    ObjectNode out = before.deepCopy();
    if (concernsModels(changes)) {
      out.remove(List.of("model", "models", CommonRequest.CHOSEN));
    }
    JsonNode options = changes.path("options");
    if (options.has("seed") || (options.isNull() && before.path("options").has("seed"))) {
      out.remove("seed");
    }
    if (changes.hasNonNull("prompt")) {
      out.remove("messages");
    } else if (changes.hasNonNull("messages")) {
      out.remove("prompt");
    }
    merge(changes, out, OBJECTS);
    return out;
  }

  /**
   * @param objects fields that are merged themselves
   */
  private static void merge(ObjectNode changes, ObjectNode out, Set<String> objects) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      String name = change.getKey();
      if (change.getValue().isNull()) {
        out.remove(name);
      } else if (objects.contains(name) && change.getValue() instanceof ObjectNode inner) {
        ObjectNode merged =
            out.path(name) instanceof ObjectNode before
                ? before
                : JsonNodeFactory.instance.objectNode();
        merge(inner, merged, Set.of());
        out.set(name, merged);
      } else {
        out.set(name, change.getValue().deepCopy());
      }
    }
  }

  /** They may have been chosen, to judge others. */
  private static void dropPartialJudges(ObjectNode out, ObjectNode changes) {
    List<String> named = new ArrayList<>(CommonRequest.models(changes));
    named.add(changes.path("model").asText());
    for (String judge : JUDGES) {
      if (!changes.has(judge) && names(out.path(judge)).anyMatch(named::contains)) {
        out.remove(judge);
      }
    }
  }

  private static Stream<String> names(JsonNode said) {
    return said.isArray()
        ? StreamSupport.stream(said.spliterator(), false).map(JsonNode::asText)
        : Stream.of(said.asText());
  }
}

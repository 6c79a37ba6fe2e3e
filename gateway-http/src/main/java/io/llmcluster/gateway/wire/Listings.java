package io.llmcluster.gateway.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.core.directory.DirectoryView;
import io.llmcluster.core.directory.InstalledModel;
import io.llmcluster.core.directory.LoadedModel;
import io.llmcluster.core.directory.ModelDetails;
import io.llmcluster.core.directory.NodeEntry;
import io.llmcluster.core.json.GoJson;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.core.model.StandInDigest;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The models of all healthy nodes as one Ollama, or one OpenAI, would list them. Unknown fields are
 * left out, never null.
 */
public final class Listings {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Listings() {}

  /**
   * {@code GET /api/tags}: each name once, newest first.
   *
   * @param more what can be asked like a model as long as there is any
   */
  public static ByteString tags(DirectoryView view, List<InstalledModel> more) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode models = answer.putArray("models");
    installed(view, more).forEach(model -> models.add(tag(model)));
    return bytes(answer);
  }

  /** {@code GET /api/ps}: each name once, the longest to live first. */
  public static ByteString ps(DirectoryView view) {
    Map<String, LoadedModel> byKey = new HashMap<>();
    for (NodeEntry node : healthy(view)) {
      for (LoadedModel model : node.loaded()) {
        byKey.merge(
            ModelName.key(model.name()),
            model,
            (one, other) -> instant(expiry(one)).isBefore(instant(expiry(other))) ? other : one);
      }
    }
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode models = answer.putArray("models");
    byKey.values().stream()
        .sorted(Comparator.comparing((LoadedModel model) -> instant(expiry(model))).reversed())
        .forEach(model -> models.add(running(view, model)));
    return bytes(answer);
  }

  /** {@code GET /v1/models}. */
  public static ByteString v1Models(DirectoryView view, List<InstalledModel> more) {
    ObjectNode answer = JSON.createObjectNode().put("object", "list");
    List<InstalledModel> installed = installed(view, more);
    if (installed.isEmpty()) {
      answer.putNull("data");
    } else {
      ArrayNode data = answer.putArray("data");
      installed.forEach(model -> data.add(v1(model, model.name())));
    }
    return bytes(answer);
  }

  /** {@code GET /v1/models/ID}; empty if no healthy node has it. */
  public static Optional<ByteString> v1Model(
      DirectoryView view, List<InstalledModel> more, String id) {
    String key = ModelName.key(id);
    return installed(view, more).stream()
        .filter(model -> ModelName.key(model.name()).equals(key))
        .findFirst()
        .map(model -> bytes(v1(model, id)));
  }

  private static List<NodeEntry> healthy(DirectoryView view) {
    return view.nodes().stream().filter(node -> node.health().takesRequests()).toList();
  }

  private static List<InstalledModel> installed(DirectoryView view, List<InstalledModel> more) {
    Map<String, InstalledModel> byKey = new HashMap<>();
    for (NodeEntry node : healthy(view)) {
      node.installed().forEach(model -> byKey.putIfAbsent(ModelName.key(model.name()), model));
    }
    List<InstalledModel> all =
        new ArrayList<>(
            byKey.values().stream()
                .sorted(
                    Comparator.comparing((InstalledModel model) -> instant(model.modifiedAt()))
                        .reversed()
                        .thenComparing(InstalledModel::name))
                .toList());
    if (!all.isEmpty()) {
      more.stream()
          .filter(model -> !byKey.containsKey(ModelName.key(model.name())))
          .forEach(all::add);
    }
    return all;
  }

  private static ObjectNode tag(InstalledModel model) {
    ObjectNode tag =
        JSON.createObjectNode()
            .put("name", model.name())
            .put("model", model.name())
            .put("modified_at", orEpoch(model.modifiedAt()))
            .put("size", model.size())
            .put("digest", StandInDigest.unlessTold(model.digest(), model.name()));
    if (!model.remoteModel().isEmpty()) {
      tag.put("remote_model", model.remoteModel()).put("remote_host", model.remoteHost());
    }
    tag.set("details", details(model.details()));
    if (!model.capabilities().isEmpty()) {
      model.capabilities().forEach(tag.putArray("capabilities")::add);
    }
    return tag;
  }

  private static ObjectNode running(DirectoryView view, LoadedModel model) {
    ObjectNode running =
        JSON.createObjectNode().put("name", model.name()).put("model", model.name());
    running.put("size", model.size());
    Optional<InstalledModel> installed =
        view.withModel(ModelName.key(model.name())).stream()
            .flatMap(node -> node.installed().stream())
            .filter(other -> ModelName.key(other.name()).equals(ModelName.key(model.name())))
            .findFirst();
    String told = installed.map(InstalledModel::digest).orElse("");
    running.put("digest", StandInDigest.unlessTold(told, model.name()));
    running.set(
        "details", details(installed.map(InstalledModel::details).orElse(ModelDetails.UNKNOWN)));
    running.put("expires_at", expiry(model)).put("size_vram", model.sizeVram());
    if (model.contextLength() > 0) {
      running.put("context_length", model.contextLength());
    }
    return running;
  }

  private static ObjectNode details(ModelDetails details) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("parent_model", details.parentModel())
            .put("format", details.format())
            .put("family", details.family());
    if (details.families().isEmpty()) {
      node.putNull("families");
    } else {
      details.families().forEach(node.putArray("families")::add);
    }
    node.put("parameter_size", details.parameterSize())
        .put("quantization_level", details.quantizationLevel());
    if (details.contextLength() > 0) {
      node.put("context_length", details.contextLength());
    }
    if (details.embeddingLength() > 0) {
      node.put("embedding_length", details.embeddingLength());
    }
    return node;
  }

  private static ObjectNode v1(InstalledModel model, String id) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", instant(model.modifiedAt()).toEpochSecond())
        .put("owned_by", "library");
  }

  /** A model that stays has the time that Ollama gives one with {@code keep_alive} -1, about. */
  private static String expiry(LoadedModel model) {
    return model.expiresAt().isEmpty() ? "2318-01-01T00:00:00Z" : model.expiresAt();
  }

  private static String orEpoch(String time) {
    return time.isEmpty() ? "1970-01-01T00:00:00Z" : time;
  }

  private static OffsetDateTime instant(String time) {
    try {
      return OffsetDateTime.parse(orEpoch(time));
    } catch (DateTimeParseException odd) {
      return OffsetDateTime.parse("1970-01-01T00:00:00Z");
    }
  }

  private static ByteString bytes(ObjectNode node) {
    return ByteString.fromArrayUnsafe(GoJson.bytes(node));
  }
}

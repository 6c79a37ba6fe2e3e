package io.llmcluster.patterns.model;

import io.llmcluster.core.model.ModelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who could take part in a run that is about to begin.
 *
 * @param models those of healthy nodes
 * @param agents by name
 */
public record Cast(Collection<ModelInfo> models, Map<String, Agent> agents) {

  /**
   * Bigger first; of equal ones that which more nodes have; then by name, so that it is always the
   * same.
   */
  private static final Comparator<ModelInfo> STRONGEST_FIRST =
      Comparator.comparingDouble(ModelInfo::billions)
          .reversed()
          .thenComparing(Comparator.comparingInt(ModelInfo::nodes).reversed())
          .thenComparing(ModelInfo::name);

  /** What is in memory answers sooner. */
  private static final Comparator<ModelInfo> READIEST_FIRST =
      Comparator.comparing((ModelInfo model) -> model.loaded() == 0).thenComparing(STRONGEST_FIRST);

  /** Nobody. */
  public static final Cast NOBODY = new Cast(List.of(), Map.of());

  public Cast {
    models = List.copyOf(models);
    agents = Map.copyOf(agents);
  }

  public Optional<ModelInfo> model(String name) {
    String key = ModelName.key(name);
    return models.stream().filter(model -> ModelName.key(model.name()).equals(key)).findFirst();
  }

  /** Models for that many voices: those in memory first; fewer if there are not as many. */
  public List<String> choose(int count) {
    return models.stream()
        .filter(ModelInfo::chats)
        .sorted(READIEST_FIRST)
        .limit(count)
        .map(ModelInfo::name)
        .toList();
  }

  /**
   * The same without the one who is to judge what they say, if that leaves as many as are wanted: a
   * judge is no candidate if it can be helped.
   *
   * @param judge as the client named it; empty: the strongest model at hand
   * @param voices how many are wanted
   */
  public Cast withoutJudge(String judge, int voices) {
    Optional<ModelInfo> kept =
        judge.isBlank() ? strongestFirst().stream().findFirst() : model(judge);
    List<ModelInfo> others = models.stream().filter(model -> !isSame(model, kept)).toList();
    return others.stream().filter(ModelInfo::chats).count() < voices
        ? this
        : new Cast(others, agents);
  }

  private static boolean isSame(ModelInfo model, Optional<ModelInfo> other) {
    return other.filter(model::equals).isPresent();
  }

  /** The strongest model at hand that is not one of these; of these if there is no other. */
  public Optional<String> strongestBeside(Collection<String> taken) {
    List<String> keys = taken.stream().map(ModelName::key).toList();
    List<ModelInfo> ranked = strongestFirst();
    return ranked.stream()
        .map(ModelInfo::name)
        .filter(name -> !keys.contains(ModelName.key(name)))
        .findFirst()
        .or(() -> ranked.stream().map(ModelInfo::name).findFirst());
  }

  private List<ModelInfo> strongestFirst() {
    return models.stream().filter(ModelInfo::chats).sorted(STRONGEST_FIRST).toList();
  }

  /**
   * The model that an agent speaks through, out of the given ones; empty list: out of all. One that
   * no node has on which the agent may run is only taken if all are so: its steps wait for a node.
   */
  public Optional<String> speakerOf(Agent agent, Collection<String> among) {
    for (String wished : agent.model().names()) {
      Optional<ModelInfo> found = model(wished).filter(model -> model.isOn(agent.nodes()));
      if (found.isPresent()) {
        return Optional.of(found.get().name());
      }
    }
    List<ModelInfo> open = new ArrayList<>();
    for (String name : among) {
      model(name).ifPresent(open::add);
    }
    return (open.isEmpty() && among.isEmpty() ? models : open)
        .stream()
            .filter(ModelInfo::chats)
            .min(
                Comparator.comparing((ModelInfo model) -> !model.isOn(agent.nodes()))
                    .thenComparing(
                        Comparator.comparingInt((ModelInfo model) -> agent.model().met(model))
                            .reversed())
                    .thenComparing(READIEST_FIRST))
            .map(ModelInfo::name)
            .or(() -> among.stream().findFirst());
  }
}

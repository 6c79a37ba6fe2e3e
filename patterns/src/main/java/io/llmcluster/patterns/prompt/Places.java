package io.llmcluster.patterns.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.llmcluster.patterns.model.Crew;
import io.llmcluster.patterns.program.Decision;
import io.llmcluster.patterns.program.Place;
import io.llmcluster.patterns.program.Run;
import io.llmcluster.patterns.structured.JsonText;
import io.llmcluster.patterns.structured.Schemas;

/** Looks up what stands where a prompt says. */
final class Places {

  private Places() {}

  /**
   * The text there; of what is not a text, its JSON.
   *
   * @throws IllegalStateException if there is nothing: a model must not be asked half a question
   * @throws IllegalArgumentException if no schema has that name
   */
  static String text(Place place, Run run) {
    if (place instanceof Place.OfSchema schema) {
      return Schemas.source(schema.name()).toString();
    }
    if (place instanceof Place.OfRoles) {
      return Crew.of(run.request()).roles();
    }
    JsonNode found = find(place, run);
    if (found.isMissingNode()) {
      throw new IllegalStateException("nothing stands at " + place);
    }
    return JsonText.plain(found);
  }

  private static JsonNode find(Place place, Run run) {
    JsonNode nothing = MissingNode.getInstance();
    if (place instanceof Place.InRequest in) {
      return run.request().at(in.pointer());
    }
    if (place instanceof Place.InOutput in) {
      return run.output(in.step()).flatMap(JsonText::find).orElse(nothing).at(in.pointer());
    }
    if (place instanceof Place.InDecision in) {
      return run.decision(in.decision()).map(Decision::detail).orElse(nothing).at(in.pointer());
    }
    throw new IllegalArgumentException("no such place: " + place);
  }
}

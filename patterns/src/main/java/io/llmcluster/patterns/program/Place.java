package io.llmcluster.patterns.program;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Where a text stands that is recorded or known already, so that a step's prompt need not repeat
 * it. Stored with the step: the names are a contract. Pointers are JSON pointers (RFC 6901).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "in")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Place.InRequest.class, name = "request"),
  @JsonSubTypes.Type(value = Place.InOutput.class, name = "output"),
  @JsonSubTypes.Type(value = Place.InDecision.class, name = "decision"),
  @JsonSubTypes.Type(value = Place.OfSchema.class, name = "schema"),
  @JsonSubTypes.Type(value = Place.OfRoles.class, name = "roles"),
})
public sealed interface Place {

  /** In the prepared request. */
  record InRequest(String pointer) implements Place {}

  /** In the JSON object that a step put out. */
  record InOutput(String step, String pointer) implements Place {}

  /** In the detail of a decision. */
  record InDecision(String decision, String pointer) implements Place {}

  /** The JSON schema of that name, a resource below {@code schemas/}. */
  record OfSchema(String name) implements Place {}

  /** The roles that a plan may give, as the request's crew has them. */
  record OfRoles() implements Place {}
}

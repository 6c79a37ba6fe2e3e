package io.llmcluster.core.serialization;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A root type as a module would write it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TestNote.Written.class, name = "written"),
  @JsonSubTypes.Type(value = TestNote.Closed.class, name = "closed")
})
public sealed interface TestNote extends StoredMessage {

  record Written(
      String text,
      @Nullable String author,
      List<String> tags,
      Map<String, Integer> counts,
      Optional<String> mood,
      Instant at,
      double score)
      implements TestNote {}

  record Closed() implements TestNote {}
}

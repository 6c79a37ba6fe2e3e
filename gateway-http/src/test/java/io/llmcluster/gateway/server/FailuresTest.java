package io.llmcluster.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoTimeoutException;
import io.llmcluster.gateway.wire.Surface;
import io.llmcluster.gateway.wire.WireException;
import io.llmcluster.patterns.NoAnswerException;
import io.llmcluster.patterns.NoStoreException;
import io.llmcluster.patterns.program.RefusedRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private static HttpResponse answer(Throwable failure) {
    return Failures.toResponse("r1", Surface.NATIVE, failure);
  }

  private static String text(HttpResponse response) {
    return ((HttpEntity.Strict) response.entity()).getData().utf8String();
  }

  @Test
  void what_may_be_there_again_soon_is_503_and_says_when_to_come_again() {
    for (Throwable outage :
        List.of(
            new TimeoutException("ask"),
            new CompletionException(new NoStoreException()),
            new NoAnswerException(),
            new MongoTimeoutException("no server"),
            new ExecutionException(new SQLException("connection lost")),
            RefusedRequest.forNow("models: none is there"),
            new WireException(503, "later"))) {
      HttpResponse response = answer(outage);
      assertThat(response.status().intValue()).as("%s", outage).isEqualTo(503);
      assertThat(response.getHeader("Retry-After")).as("%s", outage).isPresent();
    }
  }

  @Test
  void a_part_of_an_answer_tells_a_failure_in_the_same_words() {
    assertThat(Failures.told("r1", new CompletionException(new SQLException("jdbc:h2:secret"))))
        .isEqualTo(
            "the store cannot be used now (it is away or its disk is full), please try again");
    assertThat(Failures.told("r1", new TimeoutException("Ask timed out on [Actor[x]]")))
        .isEqualTo("it does not answer now, please try again");
    assertThat(Failures.told("r1", new CompletionException(new NoAnswerException())))
        .isEqualTo(
            "it does not answer now (its member or the store may be away, or the store's disk"
                + " full), please try again");
    assertThat(Failures.told("r1", new RefusedRequest("width", 0, "at least 1")))
        .isEqualTo("width: 0 (expected: at least 1)");
    assertThat(Failures.told("r1", new IllegalStateException("a defect")))
        .isEqualTo("internal error, see the log for request r1");
  }

  @Test
  void what_is_wrong_with_the_request_is_400_in_its_own_words() {
    HttpResponse response = answer(new RefusedRequest("width", 0, "at least 1"));
    assertThat(response.status().intValue()).isEqualTo(400);
    assertThat(text(response)).isEqualTo("{\"error\":\"width: 0 (expected: at least 1)\"}");
  }

  @Test
  void a_defect_is_500_and_its_words_stay_in_the_log() {
    for (Throwable defect :
        List.of(new IllegalStateException("secret"), new ClassCastException("secret"))) {
      HttpResponse response = answer(defect);
      assertThat(response.status().intValue()).isEqualTo(500);
      assertThat(response.getHeader("Retry-After")).isEmpty();
      assertThat(text(response))
          .isEqualTo("{\"error\":\"internal error, see the log for request r1\"}");
    }
  }
}

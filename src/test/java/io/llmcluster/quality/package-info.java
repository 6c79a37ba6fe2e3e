/** What patterns do to answers: closed questions with known answers, asked in several ways. */
@NullMarked
package io.llmcluster.quality;

import org.jspecify.annotations.NullMarked;

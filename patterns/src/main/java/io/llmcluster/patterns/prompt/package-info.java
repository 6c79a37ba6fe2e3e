/** What models are told: templates in resource files, and how they are filled. */
@NullMarked
package io.llmcluster.patterns.prompt;

import org.jspecify.annotations.NullMarked;

// Package sample plans and draws samples (chọn mẫu): how many people to ask, how many of them in each stratum, who is
// drawn from a list, with which probability, and with which weight an answer counts.
//
// A frame (danh sách mẫu, dàn mẫu) lists every unit of the population once. A design names strata and, stage by stage,
// the units drawn and how. Every figure follows a published formula, named where it is computed. Draws depend on the
// seed and on what the frame says, and on nothing else: each group that is drawn from (a stratum, or a unit drawn at an
// earlier stage) has a random stream of its own, derived from the seed and its name, so that neither the order of the
// rows nor a change in another group moves a draw.
//
// The package does no input or output. It judges no answers: errors of estimates are the matter of scoring/estimate,
// which reads the columns of a sample as they are.
package sample

// Cases of the authorization matrix: one approval, and sharing what labels refused. This call was not
// refused by labels, so whoever may ask at all is told so.
export function sharingCases({ runId, approvalId }: { runId: string; approvalId: string }) {
  return {
    "run.share": () => ({
      params: { runId, callId: "call_1_1" },
      body: { reason: "They need it" },
    }),
    "run.audience": () => ({ params: { runId } }),
    "approval.get": () => ({ params: { approvalId } }),
    "approval.revoke": () => ({ params: { approvalId } }),
    "endorsement.revoke": () => ({ params: { approvalId } }),
  };
}

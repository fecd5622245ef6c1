import { LinkPage } from "./LinkPage";

export function SetupPage() {
  return <LinkPage kind="setup" />;
}

export function InvitationPage() {
  return <LinkPage kind="invitation" />;
}

export function ResetPage() {
  return <LinkPage kind="reset" />;
}

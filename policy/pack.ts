// Registers the pack with Pulumi.
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("playlake", { policies: [...rules], enforcementLevel: "mandatory" });
